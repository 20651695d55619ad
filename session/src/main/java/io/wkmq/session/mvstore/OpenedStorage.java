package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.Log;
import io.wkmq.channel.storage.LogFiles;
import java.io.Closeable;
import java.nio.file.Path;

/**
 * The components of an opened storage, for {@link MvStorage} and its two threads.
 *
 * @param disk the disk
 * @param directory the directory on the disk
 * @param lock held until the storage is closed
 * @param state the state, including everything replayed from the log
 * @param files the log files
 * @param log the log, empty
 * @param changes initialized with the stored sessions
 */
record OpenedStorage(
        Disk disk, Path directory, Closeable lock, StateFile state, LogFiles files, Log log, Changes changes) {}
