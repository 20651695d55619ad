package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.LogSegment;
import java.util.List;

/**
 * The contents of one checkpoint.
 *
 * @param pending the net changes since the last checkpoint
 * @param logged whether the log has all of them; otherwise no part may reach the disk without the rest
 * @param sequence the number of the last log record with such a change
 * @param nextSession the next free session number
 * @param nextMessage the next free message number
 * @param segments the log segments that are obsolete once the checkpoint is written
 */
record Checkpoint(
        Pending pending, boolean logged, long sequence, long nextSession, long nextMessage, List<LogSegment> segments) {
    Checkpoint {
        segments = List.copyOf(segments);
    }
}
