# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of vqdump(1) for fish.

function __vqdump_codes
    vqdump --explain=list 2>/dev/null | string replace -r ' +\S+ +' \t
end

complete -c vqdump -f
complete -c vqdump -n 'not __fish_contains_opt explain diff' -a '(lsvirtio -nro NAME,TYPE 2>/dev/null | string replace " " \t)'
complete -c vqdump -n '__fish_contains_opt explain' -a '(__vqdump_codes)'
complete -c vqdump -n '__fish_contains_opt diff' -F
complete -c vqdump -s d -l device-type -x -a '(lsvirtio -nro TYPE 2>/dev/null | sort -u)' -d 'Only devices of a type'
complete -c vqdump -s J -l json -d 'Print JSON'
complete -c vqdump -s q -l queue -x -d 'Only queues with these indices'
complete -c vqdump -s v -l verbose -d 'Show all details'
complete -c vqdump -l ascii -d 'Print only ASCII characters'
complete -c vqdump -l attach -x -a 'auto kernel registers devmem' -d 'Access method'
complete -c vqdump -l buffers -d 'Also save the contents of buffers'
complete -c vqdump -l capture -r -F -d 'Save everything to a new file, for --read'
complete -c vqdump -l check -d 'Report faults'
complete -c vqdump -l diff -d 'Compare two captures, OLD and NEW'
complete -c vqdump -l explain -d 'Explain a finding'
complete -c vqdump -l in-flight -d 'List the requests in flight, oldest first'
complete -c vqdump -l memory -r -F -d 'Use a file as the memory of --ring'
complete -c vqdump -l raw -d 'Also show the bytes of rings'
complete -c vqdump -l read -r -F -d 'Show the capture in FILE'
complete -c vqdump -l ring -x -a 'split,num= packed,num=' -d 'Show a ring in memory'
complete -c vqdump -l sample -d 'Read twice and show what moved'
complete -c vqdump -l sysroot -x -a '(__fish_complete_directories)' -d 'Inspect the recorded tree in DIR'
complete -c vqdump -s h -l help -d 'Show this help and exit'
complete -c vqdump -s V -l version -d 'Show the version and exit'
