# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of vqinject(1) for fish.

# The words so far, without options that have no argument beside them.
function __vqinject_operands
    set -l words
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word -f --script -q --queue --attach --count --depth --expect --features --in --layout --out --queue-size --rate --save --timeout
            set skip 1
        else if not string match -q -- '-*' $word
            set -a words $word
        end
    end
    printf '%s\n' $words
end

function __vqinject_at
    test (__vqinject_operands | count) -eq $argv[1]
end

function __vqinject_verbs
    set -l type (__vqinject_operands)[2]
    vqinject --list-recipes 2>/dev/null | string match -r "^ *$type (\S+)" | string replace -rf "^(\S+)\$" '$1'
end

complete -c vqinject -f
complete -c vqinject -n '__vqinject_at 0' -a '(lsvirtio -nro NAME,TYPE 2>/dev/null | string replace " " \t) sim:blk sim:console sim:net sim:rng'
complete -c vqinject -n '__vqinject_at 1' -a '(vqinject --list-recipes 2>/dev/null | string replace -r "^ *(\S+) .*" "\$1" | sort -u)'
complete -c vqinject -n '__vqinject_at 2' -a '(__vqinject_verbs)'
complete -c vqinject -s f -l script -r -F -d 'Run the script FILE'
complete -c vqinject -s J -l json -d 'Print JSON'
complete -c vqinject -s q -l queue -x -d 'Queue, by number or name'
complete -c vqinject -s v -l verbose -d 'Show all details'
complete -c vqinject -l attach -x -a 'vfio physical' -d 'Access method'
complete -c vqinject -l bind -d 'Borrow the device from its driver'
complete -c vqinject -l conform -d 'Test against the specification'
complete -c vqinject -l count -x -d 'Repeat everything N times'
complete -c vqinject -l depth -x -d 'Keep up to N buffers in flight'
complete -c vqinject -l dry-run -d 'Print each step and the ring that would be built, without executing anything'
complete -c vqinject -l event-idx -d 'Negotiate VIRTIO_F_EVENT_IDX'
complete -c vqinject -l expect -x -a 'hex: len: timeout needs-reset' -d 'Fail unless this holds'
complete -c vqinject -l features -x -d 'Request or leave out features'
complete -c vqinject -l force -d 'Also take a device that may be in use'
complete -c vqinject -l force-signature -d 'Also take an unused disk with a file system'
complete -c vqinject -l hostile -d 'Send malformed rings'
complete -c vqinject -l i-own-this-vmm -d 'No one else depends on this VM or its host process'
complete -c vqinject -l in -x -a 'hex: text: file: zero: pattern: random:' -d 'A piece that the device writes'
complete -c vqinject -l indirect -d 'Put chains of several pieces in indirect tables'
complete -c vqinject -l kick-only -d 'Notify the queue without adding a buffer'
complete -c vqinject -l layout -x -a 'split packed' -d 'Layout of the ring'
complete -c vqinject -l list-recipes -d 'List the recipes and exit'
complete -c vqinject -l no-kick -d 'Add buffers, but do not notify the device'
complete -c vqinject -l out -x -a 'hex: text: file: zero: pattern: random:' -d 'A piece that the device reads'
complete -c vqinject -l poll -d 'Busy-poll for completions'
complete -c vqinject -l queue-size -x -d 'Number of queue entries'
complete -c vqinject -l rate -x -d 'Submit at most N buffers per second'
complete -c vqinject -l release -d 'Return a device taken by --bind to its driver'
complete -c vqinject -l restore -d 'Clean up after interrupted runs'
complete -c vqinject -l save -r -F -d 'Save the bytes that the device wrote to a new file'
complete -c vqinject -l status -d 'List the devices that are taken, and by whom'
complete -c vqinject -l timeout -x -d 'Time limit for each buffer'
complete -c vqinject -l unprotected-dma -d 'Accept that any memory may be overwritten'
complete -c vqinject -l yes-destroy-data -d 'Required by recipes that write to storage'
complete -c vqinject -s h -l help -d 'Show this help and exit'
complete -c vqinject -s V -l version -d 'Show the version and exit'
