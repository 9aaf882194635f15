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
complete -c vqtop -s b -l batch -d 'Print samples; needs no terminal'
complete -c vqtop -s d -l delay -x -d 'Seconds between two samples'
complete -c vqtop -s f -l filter -x -d 'Only queues in whose names this occurs'
complete -c vqtop -s J -l json -d 'A JSON object for each sample'
complete -c vqtop -s n -l samples -x -d 'End after so many samples'
complete -c vqtop -s o -l output -x -a '(__vqtop_list)' -d 'Columns to show'
complete -c vqtop -s s -l sort -x -a '(__vqtop_columns)' -d 'Sort by a column'
complete -c vqtop -s t -l device-type -x -a '(lsvirtio -nro TYPE 2>/dev/null | sort -u)' -d 'Only devices of a type'
complete -c vqtop -l ascii -d 'No characters but ASCII'
complete -c vqtop -l attach -x -a 'auto kernel' -d 'How to look at rings'
complete -c vqtop -l csv -d 'Values with commas between'
complete -c vqtop -l list-columns -d 'List the columns and exit'
complete -c vqtop -l max-cpu -x -d 'Percents of a CPU that sampling may take'
complete -c vqtop -l no-color -d 'No colours'
complete -c vqtop -l openmetrics -d 'One sample in OpenMetrics text'
complete -c vqtop -l record -r -F -d 'Write samples to a new file'
complete -c vqtop -l replay -r -F -d 'Show a recording'
complete -c vqtop -l sysroot -x -a '(__fish_complete_directories)' -d 'Look at the recorded tree'
complete -c vqtop -l textfile -r -F -d 'Replace a file by each sample as metrics'
complete -c vqtop -s h -l help -d 'Show the help and exit'
complete -c vqtop -s V -l version -d 'Show the version and exit'
