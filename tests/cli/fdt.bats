# SPDX-License-Identifier: GPL-2.0-or-later
# Device trees: slots that are disabled, and files in other forms.

load common

setup()
{
	command -v dtc >/dev/null || skip "dtc is not installed"
	cat >"$BATS_TEST_TMPDIR/board.dts" <<'DTS'
/* A board, with slots in all states. */
/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	virtio@1000 {
		compatible = "virtio,mmio";
		reg = <0x1000 0x200>;
		status = "okay";
	};
	virtio@2000 {
		compatible = "virtio,mmio";
		reg = <0x2000 0x200>;
		status = "disabled";
	};
	bus@3000 {
		#address-cells = <1>;
		#size-cells = <1>;
		ranges;
		status = "reserved";
		virtio@3000 {
			compatible = "virtio,mmio";
			reg = <0x3000 0x200>;
		};
	};
};
DTS
	dtc -q -I dts -O dtb -o "$BATS_TEST_TMPDIR/board.dtb" \
		"$BATS_TEST_TMPDIR/board.dts"
}

ls_fdt()
{
	lsvirtio --sysroot "$BATS_TEST_TMPDIR" --fdt "$@"
}

@test "slots that are disabled are marked" {
	run -0 --separate-stderr ls_fdt "$BATS_TEST_TMPDIR/board.dtb" -J -v
	jq -e '[.devices[] | [.address, .dt_status]] == [
		["mmio:0x1000", null], ["mmio:0x2000", "disabled"],
		["mmio:0x3000", "reserved"]]' <<<"$output"
	run -0 --separate-stderr ls_fdt "$BATS_TEST_TMPDIR/board.dtb" -v
	grep -qE '^  dt status +disabled$' <<<"$output"
}

@test "the source of a tree is named" {
	run -1 ls_fdt "$BATS_TEST_TMPDIR/board.dts"
	[[ $output = *"board.dts: the source of a device tree; compile it with: dtc -I dts -O dtb" ]]
}

@test "packed trees are named" {
	gzip -k "$BATS_TEST_TMPDIR/board.dtb"
	run -1 ls_fdt "$BATS_TEST_TMPDIR/board.dtb.gz"
	[[ $output = *"board.dtb.gz: compressed with gzip; decompress it first" ]]
	xz -k "$BATS_TEST_TMPDIR/board.dtb"
	run -1 ls_fdt "$BATS_TEST_TMPDIR/board.dtb.xz"
	[[ $output = *"compressed with xz; decompress it first" ]]
}

@test "an old version is named" {
	dtc -q -V 16 -I dtb -O dtb -o "$BATS_TEST_TMPDIR/old.dtb" \
		"$BATS_TEST_TMPDIR/board.dtb"
	run -1 ls_fdt "$BATS_TEST_TMPDIR/old.dtb"
	[[ $output = *"old.dtb: a device tree of version 16, but only version 17 can be read; convert it with: dtc -I dtb -O dtb -V 17" ]]
}
