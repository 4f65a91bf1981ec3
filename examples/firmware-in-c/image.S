/* The machine code, in flash, where the processor executes it. */
    .section .rodata.image, "a"
    .balign 4
    .global filter_image
filter_image:
    .incbin "filter.bin"
