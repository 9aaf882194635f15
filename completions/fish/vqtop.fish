# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of vqtop(1) for fish.

function __vqtop_columns
    vqtop --list-columns 2>/dev/null | string replace -r ' .*' ''
end

# Names joined by commas: what comes after the last comma is completed.
function __vqtop_list
    set -l before (commandline -ct | string replace -rf '^((\+)?(.*,)?).*' '$1')
    printf '%s\n' $before(__vqtop_columns)
end

complete -c vqtop -f -a '(lsvirtio -nro NAME,TYPE 2>/dev/null | string replace " " \t)'
complete -c vqtop -s b -l batch -d 'Print each sample as a table'
complete -c vqtop -s d -l delay -x -d 'Time between samples'
complete -c vqtop -s f -l filter -x -d 'Only queues whose name, type or state matches'
complete -c vqtop -s J -l json -d 'Print JSON'
complete -c vqtop -s n -l samples -x -d 'Exit after NUMBER samples'
complete -c vqtop -s o -l output -x -a '(__vqtop_list)' -d 'Columns to show, separated by commas'
complete -c vqtop -s s -l sort -x -a '(__vqtop_columns)' -d 'Sort by a column'
complete -c vqtop -s t -l device-type -x -a '(lsvirtio -nro TYPE 2>/dev/null | sort -u)' -d 'Only devices of a type'
complete -c vqtop -l ascii -d 'Print only ASCII characters'
complete -c vqtop -l attach -x -a 'auto kernel' -d 'Access method'
complete -c vqtop -l csv -d 'Print comma-separated values'
complete -c vqtop -l list-columns -d 'List the columns and exit'
complete -c vqtop -l max-cpu -x -d 'CPU budget for extra samples'
complete -c vqtop -l no-color -d 'Do not use colours'
complete -c vqtop -l openmetrics -d 'Print one sample in OpenMetrics format and exit'
complete -c vqtop -l record -r -F -d 'Save samples to a new file, for --replay'
complete -c vqtop -l replay -r -F -d 'Show the recording in FILE'
complete -c vqtop -l sysroot -x -a '(__fish_complete_directories)' -d 'Inspect the recorded tree in DIR'
complete -c vqtop -l textfile -r -F -d 'Replace PATH by the metrics of each sample'
complete -c vqtop -s h -l help -d 'Show this help and exit'
complete -c vqtop -s V -l version -d 'Show the version and exit'
