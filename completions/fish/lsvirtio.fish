# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of lsvirtio(1) for fish.

function __lsvirtio_columns
    lsvirtio --list-columns 2>/dev/null | string replace -r ' .*' ''
end

# Names joined by commas: what comes after the last comma is completed.
function __lsvirtio_list
    set -l before (commandline -ct | string replace -rf '^((\+)?(.*,)?).*' '$1')
    printf '%s\n' $before(__lsvirtio_columns)
end

complete -c lsvirtio -f -a '(lsvirtio -nro NAME,TYPE 2>/dev/null | string replace " " \t)'
complete -c lsvirtio -s a -l all -d 'Also list the slots of the device tree'
complete -c lsvirtio -s d -l device-type -x -a '(lsvirtio -nro TYPE 2>/dev/null | sort -u)' -d 'Only devices of a type'
complete -c lsvirtio -s J -l json -d 'Print JSON'
complete -c lsvirtio -s n -l noheadings -d 'Do not print column headings'
complete -c lsvirtio -s o -l output -x -a '(__lsvirtio_list)' -d 'Columns to show, separated by commas'
complete -c lsvirtio -s O -l output-all -d 'Show all columns'
complete -c lsvirtio -s P -l pairs -d 'Print NAME="value" pairs'
complete -c lsvirtio -s r -l raw -d 'Print output for scripts, no blanks in cells'
complete -c lsvirtio -s t -l tree -d 'Show devices under their parent bus device'
complete -c lsvirtio -s v -l verbose -d 'Show all details'
complete -c lsvirtio -s x -l hex -d 'Print bit masks instead of names and lists'
complete -c lsvirtio -l fdt -r -F -d 'Also list the slots of this device tree blob'
complete -c lsvirtio -l list-columns -d 'List the columns and exit'
complete -c lsvirtio -l monitor -d 'Report devices as they appear and disappear'
complete -c lsvirtio -l read -r -F -d 'Show the capture in FILE'
complete -c lsvirtio -l sysroot -x -a '(__fish_complete_directories)' -d 'Inspect the recorded tree in DIR'
complete -c lsvirtio -s h -l help -d 'Show this help and exit'
complete -c lsvirtio -s V -l version -d 'Show the version and exit'
