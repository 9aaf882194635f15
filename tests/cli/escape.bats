# SPDX-License-Identifier: GPL-2.0-or-later
# Characters that must not reach a person unescaped, compared with any version
# of Perl's copy of Unicode's tables.

load common

# names WHAT: every character but NUL, 256 per line; WHAT is "json" for a
# recording with a queue per line, or "shown" for their display. Leaves out
# characters that Perl does not know yet, unless Unicode has set them aside to
# be ignored.
names()
{
	WHAT=$1 perl -e '
		use strict;
		no warnings "utf8";
		binmode(STDOUT, ":utf8");

		my $json = $ENV{WHAT} eq "json";
		my @bad = (qr/\p{Cc}/, qr/\p{Cf}/, qr/\p{Zl}/, qr/\p{Zp}/,
			   qr/\p{Default_Ignorable_Code_Point}/);

		sub character {
			my ($n) = @_;
			my $c = chr($n);
			my $unsafe = grep { $c =~ $_ } @bad;

			return "" if !$unsafe && $c =~ /\p{Unassigned}/;
			return $c if !$json && !$unsafe;
			return sprintf($n < 256 ? "\\x%02x" : "\\u{%x}", $n)
				if !$json;
			return sprintf("\\u%04x", $n)
				if $n < 32 || $c eq "\"" || $c eq "\\";
			return $c;
		}

		my $index = 0;
		print "{\"queues\":[" if $json;
		for (my $line = 0; $line < 0x110000; $line += 256) {
			next if $line >= 0xd800 && $line < 0xe000;
			my $s = join("", map { character($_) }
				     ($line ? $line : 1) .. $line + 255);
			next if $s eq "";
			printf("%s{\"device\":\"virtio0\",\"index\":%u,\"name\":\"%s\"}",
			       $index++ ? "," : "", $line, $s) if $json;
			print "$s\n" if !$json;
		}
		print "]}\n" if $json;
	'
}

@test "invisible and misleading characters are escaped, and no others" {
	command -v perl >/dev/null || skip "perl is not installed"
	cd "$BATS_TEST_TMPDIR"
	names json >all.jsonl
	names shown >expected
	[ "$(wc -l <expected)" -gt 1000 ]
	vqtop -bJ --replay all.jsonl | jq -r '.queues[].name' >shown
	diff <(grep -o '\\u{[^}]*}' expected) <(grep -o '\\u{[^}]*}' shown)
	cmp expected shown
}
