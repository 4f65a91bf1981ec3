// The part of the table that is WASI preview 1, with the specification's names.
// poll_oneoff is not in it: a board cannot wait in the middle of a call.

/** The fields of `HostFunctionRow` except the module. Names of parameters are separated by spaces. */
export type Row = [
  name: string,
  parameters: string,
  results: string,
  parameterNames: string,
  implementation: string,
  summary: string,
  feature?: string,
];

const supported: Row[] = [
  ['args_get', 'ii', 'i', 'argv argv_buf', 'wasiNoStrings', 'There are no arguments.'],
  ['args_sizes_get', 'ii', 'i', 'argc argv_buf_size', 'wasiNoSizes', 'Returns the number of arguments: 0.'],
  [
    'clock_res_get',
    'ii',
    'i',
    'id resolution',
    'wasiTimeResolution',
    'Returns the resolution of a clock: 1,000 nanoseconds.',
  ],
  [
    'clock_time_get',
    'iIi',
    'i',
    'id precision time',
    'wasiTime',
    'Returns the nanoseconds since 1970, or since the board started. All clock ids stand for the one clock of the board.',
  ],
  ['environ_get', 'ii', 'i', 'environ environ_buf', 'wasiNoStrings', 'There are no environment variables.'],
  [
    'environ_sizes_get',
    'ii',
    'i',
    'environc environ_buf_size',
    'wasiNoSizes',
    'Returns the number of environment variables: 0.',
  ],
  ['fd_close', 'i', 'i', 'fd', 'wasiClose', 'Closes a stream.'],
  ['fd_fdstat_get', 'ii', 'i', 'fd stat', 'wasiDescribe', 'Describes descriptors 0, 1 and 2 as a console.'],
  [
    'fd_prestat_dir_name',
    'iii',
    'i',
    'fd path path_len',
    'wasiNoDirectory',
    'Returns EBADF: there are no directories.',
  ],
  ['fd_prestat_get', 'ii', 'i', 'fd prestat', 'wasiNoDirectory', 'Returns EBADF: there are no directories.'],
  ['fd_read', 'iiii', 'i', 'fd iovs iovs_len nread', 'wasiRead', 'Standard input is always at its end.'],
  ['fd_seek', 'iIii', 'i', 'fd offset whence newoffset', 'wasiSeek', 'Returns ESPIPE: a console has no positions.'],
  ['fd_tell', 'ii', 'i', 'fd offset', 'wasiSeek', 'Returns ESPIPE: a console has no positions.'],
  [
    'fd_write',
    'iiii',
    'i',
    'fd iovs iovs_len nwritten',
    'wasiWrite',
    'Prints standard output and standard error on the console, line by line. Text without a line end is printed after half a second, or when the program ends.',
  ],
  ['proc_exit', 'i', '', 'rval', 'wasiExit', 'Ends the program.'],
  [
    'random_get',
    'ii',
    'i',
    'buf buf_len',
    'wasiRandom',
    "Returns random bytes, from the chip's generator if it has one.",
    'E.hwRand',
  ],
  ['sched_yield', '', 'i', '', 'wasiYield', 'Does nothing.'],
];

/** Boards have nothing for these functions. They return ENOSYS, so that programs which import them run. */
const unsupported: [name: string, parameters: string, parameterNames: string][] = [
  ['fd_advise', 'iIIi', 'fd offset len advice'],
  ['fd_allocate', 'iII', 'fd offset len'],
  ['fd_datasync', 'i', 'fd'],
  ['fd_fdstat_set_flags', 'ii', 'fd flags'],
  ['fd_fdstat_set_rights', 'iII', 'fd fs_rights_base fs_rights_inheriting'],
  ['fd_filestat_get', 'ii', 'fd buf'],
  ['fd_filestat_set_size', 'iI', 'fd size'],
  ['fd_filestat_set_times', 'iIIi', 'fd atim mtim fst_flags'],
  ['fd_pread', 'iiiIi', 'fd iovs iovs_len offset nread'],
  ['fd_pwrite', 'iiiIi', 'fd iovs iovs_len offset nwritten'],
  ['fd_readdir', 'iiiIi', 'fd buf buf_len cookie bufused'],
  ['fd_renumber', 'ii', 'fd to'],
  ['fd_sync', 'i', 'fd'],
  ['path_create_directory', 'iii', 'fd path path_len'],
  ['path_filestat_get', 'iiiii', 'fd flags path path_len buf'],
  ['path_filestat_set_times', 'iiiiIIi', 'fd flags path path_len atim mtim fst_flags'],
  ['path_link', 'iiiiiii', 'old_fd old_flags old_path old_path_len new_fd new_path new_path_len'],
  ['path_open', 'iiiiiIIii', 'fd dirflags path path_len oflags fs_rights_base fs_rights_inheriting fdflags opened_fd'],
  ['path_readlink', 'iiiiii', 'fd path path_len buf buf_len bufused'],
  ['path_remove_directory', 'iii', 'fd path path_len'],
  ['path_rename', 'iiiiii', 'fd old_path old_path_len new_fd new_path new_path_len'],
  ['path_symlink', 'iiiii', 'old_path old_path_len fd new_path new_path_len'],
  ['path_unlink_file', 'iii', 'fd path path_len'],
  ['proc_raise', 'i', 'sig'],
  ['sock_accept', 'iii', 'fd flags new_fd'],
  ['sock_recv', 'iiiiii', 'fd ri_data ri_data_len ri_flags ro_datalen ro_flags'],
  ['sock_send', 'iiiii', 'fd si_data si_data_len si_flags so_datalen'],
  ['sock_shutdown', 'ii', 'fd how'],
];

export const wasiFunctions: Row[] = [
  ...supported,
  ...unsupported.map(
    ([name, parameters, names]): Row => [name, parameters, 'i', names, 'wasiNotSupported', 'Returns ENOSYS.'],
  ),
];
