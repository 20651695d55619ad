/**
 * Disks that fail, fill up, hang and lose power as a test says.
 *
 * <p>In memory: {@link io.wkmq.testing.disk.SimDisk}, by the names of files, and {@link io.wkmq.testing.disk.SimDirectory}, by their paths, as
 * every module's storage uses it. A power loss at any moment of the past takes what was not synced, as {@link io.wkmq.testing.disk.Loss} says:
 * all of it, what came last, some writes in any order, or sectors of them, so that a write is torn; names that were not synced go from the last
 * one on. Any {@link io.wkmq.testing.disk.Operation} fails when told so, and what a failed sync should have brought to the disk is lost.
 *
 * <p>Of real processes: {@link io.wkmq.testing.disk.DiskRecorder} records what one does to its files, so that power losses can be judged
 * afterwards; {@link io.wkmq.testing.disk.SyncFaults} lets syncs fail; {@link io.wkmq.testing.disk.LoopDisk} is a small disk that fills up.
 */
@NullMarked
package io.wkmq.testing.disk;

import org.jspecify.annotations.NullMarked;
