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
complete -c vqdump -s J -l json -d 'Output as JSON'
complete -c vqdump -s q -l queue -x -d 'Only queues with these indices'
complete -c vqdump -s v -l verbose -d 'All that is known'
complete -c vqdump -l ascii -d 'No characters but ASCII'
complete -c vqdump -l attach -x -a 'auto kernel registers devmem' -d 'How to look at rings'
complete -c vqdump -l buffers -d 'Also what buffers hold'
complete -c vqdump -l capture -r -F -d 'Write all there is to a new file'
complete -c vqdump -l check -d 'Say what is wrong'
complete -c vqdump -l diff -d 'Compare two captures'
complete -c vqdump -l explain -d 'Explain a finding'
complete -c vqdump -l in-flight -d 'A table of requests in flight'
complete -c vqdump -l memory -r -F -d 'All the memory there is'
complete -c vqdump -l raw -d 'Also the bytes of rings'
complete -c vqdump -l read -r -F -d 'Look at a capture'
complete -c vqdump -l ring -x -a 'split,num= packed,num=' -d 'Look at a ring in memory'
complete -c vqdump -l sample -d 'Look twice, and tell what moved'
complete -c vqdump -l sysroot -x -a '(__fish_complete_directories)' -d 'Look at the recorded tree'
complete -c vqdump -s h -l help -d 'Show the help and exit'
complete -c vqdump -s V -l version -d 'Show the version and exit'
