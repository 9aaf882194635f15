# SPDX-License-Identifier: GPL-2.0-or-later
# --help, the man page and the completions of every tool list the same options
# and columns.

load common

# Shells send SIGCONT to their children, as when completions run a tool. A
# process that a sanitizer stops at its end, to look for leaks, may then wait
# forever.
export ASAN_OPTIONS=detect_leaks=0

tools()
{
	local dir

	for dir in "$TOP"/cmd/*/; do
		dir=${dir%/}
		[ "${dir##*/}" = common ] || echo "${dir##*/}"
	done
}

# --- The options and columns of each source ---

# Options at the beginning of a line: "-a, --all", "    --fdt FILE".
options_in_lines()
{
	sed -nE 's/^ +((-[A-Za-z0-9], )?--[a-z][a-z-]*).*/\1/p' |
		tr -d ' ' | tr , '\n' | sort -u
}

help_options()
{
	"$1" --help | options_in_lines
}

man_text()
{
	mandoc -T ascii "$TOP/man/$1.1" | col -bx
}

man_options()
{
	man_text "$1" | options_in_lines
}

bash_complete()
{
	bash -c '
		source "$1"
		function=$(complete -p "$2") || exit 1
		function=${function#*-F }
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		"${function%% *}"
		printf "%s\n" "${COMPREPLY[@]}"
	' - "$TOP/completions/bash/$1" "$@" | sort -u
}

bash_options()
{
	bash_complete "$1" -
}

# The completion, with the functions that it calls replaced by printing ones.
zsh_options()
{
	zsh -fc '
		_arguments() { print -rl -- "$@" }
		source $1
	' - "$TOP/completions/zsh/_$1" |
		sed -nE 's/^(\([^)]*\))?\*?(--?[A-Za-z0-9][A-Za-z0-9-]*)(=-)?\[.*/\2/p' |
		sort -u
}

zsh_columns()
{
	zsh -fc '
		_arguments() {}
		compset() {}
		_values() { shift 3; print -rl -- "$@" }
		source $1
		_$2_columns
	' - "$TOP/completions/zsh/_$1" "$1" | sort -u
}

fish_complete()
{
	fish --no-config -c "
		source '$TOP/completions/fish/$1.fish'
		complete -C '$*'
	" 2>/dev/null | cut -f1 | sort -u
}

fish_options()
{
	{
		fish_complete "$1" --
		fish_complete "$1" - | grep -E '^-[^-]$'
	} | sort -u
}

has_columns()
{
	"$1" --help | grep -q -- --list-columns
}

tool_columns()
{
	"$1" --list-columns | cut -d' ' -f1 | sort -u
}

man_columns()
{
	man_text "$1" | sed -n '/^COLUMNS/,/^[A-Z]/p; /^COLUMNS/d' |
		sed -nE 's/^     ([A-Z][A-Z0-9_]*)( .*|$)/\1/p' |
		sort -u
}

help_columns()
{
	"$1" --help | sed -n '/^Columns/,/^$/p' |
		sed -nE 's/^ ([A-Z][A-Z0-9_]*) .*/\1/p' | sort -u
}

# --- Tests ---

# agree WHAT ONE ANOTHER: both functions list the same for every tool.
agree()
{
	local tool failed=

	for tool in $(tools); do
		if [ "$1" = columns ] && ! has_columns "$tool"; then
			continue
		fi
		[ -n "$("$2" "$tool")" ] || fail "$tool: $2: none"
		diff -u --label "$tool: $2" --label "$tool: $3" \
			<("$2" "$tool") <("$3" "$tool") || failed=1
	done
	[ -z "$failed" ]
}

needs()
{
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

@test "every tool has a man page and completions" {
	for tool in $(tools); do
		[ -f "$TOP/man/$tool.1" ]
		[ -f "$TOP/completions/bash/$tool" ]
		[ -f "$TOP/completions/zsh/_$tool" ]
		[ -f "$TOP/completions/fish/$tool.fish" ]
	done
}

@test "man pages are without warnings" {
	needs mandoc
	run -0 mandoc -T lint -W warning "$TOP"/man/*.[1-9]
	# Style messages about what is installed here do not concern the page.
	refused=$(grep -E 'WARNING|ERROR|UNSUPP' <<<"$output" || true)
	[ -z "$refused" ] || fail "$refused"
}

@test "options: man page" {
	needs mandoc
	agree options help_options man_options
}

@test "options: bash completion" {
	agree options help_options bash_options
}

@test "options: zsh completion" {
	needs zsh
	agree options help_options zsh_options
}

@test "options: fish completion" {
	needs fish
	agree options help_options fish_options
}

@test "columns: help" {
	agree columns tool_columns help_columns
}

@test "columns: man page" {
	needs mandoc
	agree columns tool_columns man_columns
}

@test "columns: bash completion" {
	bash_columns() { bash_complete "$1" -o ""; }
	agree columns tool_columns bash_columns
}

@test "columns: zsh completion" {
	needs zsh
	agree columns tool_columns zsh_columns
}

@test "columns: fish completion" {
	needs fish
	fish_columns() { fish_complete "$1" -o ""; }
	agree columns tool_columns fish_columns
}

@test "the tools accept what help lists" {
	# Some options take the next one for a file to write, or
	# write until they are stopped.
	cd "$BATS_TEST_TMPDIR"
	for tool in $(tools); do
		while read -r option; do
			run timeout 2 "$tool" "$option" --help </dev/null
			[[ $output != *unrecognized* ]] || fail "$tool $option"
			[[ $output != *"invalid option"* ]] || fail "$tool $option"
		done < <(help_options "$tool")
	done
}

@test "--version prints the tool's name and version" {
	for tool in $(tools); do
		run -0 "$tool" --version
		[[ $output =~ ^$tool\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	done
}

# --- The library ---

@test "fields: virtio-capture(5)" {
	needs python3
	# Python has no sanitizer in it that a library could use.
	[ "${O##*/}" = build ] || skip "once, with the library as it is installed"
	"$TOP/man/make-capture" >"$BATS_TEST_TMPDIR/page"
	diff -u "$TOP/man/virtio-capture.5" "$BATS_TEST_TMPDIR/page" ||
		fail "man/make-capture makes another page; keep that"
}
