/**
 * Disks that fail, fill up, hang and lose power on demand.
 *
 * <p>In memory: {@link io.wkmq.testing.disk.SimDisk} addresses files by name, {@link io.wkmq.testing.disk.SimDirectory} by path, as the
 * storage of every module does. A power loss at any past moment discards unsynced writes as {@link io.wkmq.testing.disk.Loss} says: all of
 * them, the most recent ones, a random subset, or a random subset of sectors, so that writes are torn; of the unsynced name changes a
 * prefix survives. Any {@link io.wkmq.testing.disk.Operation} can be made to fail; what a failed sync should have written is lost.
 *
 * <p>For real processes: {@link io.wkmq.testing.disk.DiskRecorder} records what a process does to its files, so that power losses can be
 * reconstructed afterwards; {@link io.wkmq.testing.disk.SyncFaults} makes syncs slow or fail; {@link io.wkmq.testing.disk.LoopDisk} is a
 * small disk that can fill up.
 */
@NullMarked
package io.wkmq.testing.disk;

import org.jspecify.annotations.NullMarked;
