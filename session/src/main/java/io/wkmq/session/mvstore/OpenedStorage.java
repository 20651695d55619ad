package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.Log;
import io.wkmq.channel.storage.LogFiles;
import java.io.Closeable;
import java.nio.file.Path;

/**
 * The parts of a storage that has been opened, for {@link MvStorage} and its two threads.
 *
 * @param disk where it is
 * @param directory where there
 * @param lock held until the storage is closed
 * @param state the state, with all that the log had
 * @param files the files of the log
 * @param log the log, empty
 * @param changes knows the sessions
 */
record OpenedStorage(
        Disk disk, Path directory, Closeable lock, StateFile state, LogFiles files, Log log, Changes changes) {}
