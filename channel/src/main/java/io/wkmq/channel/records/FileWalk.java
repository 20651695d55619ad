package io.wkmq.channel.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Iterates over the intact records of a file, skipping damaged ones. Data after a damaged record is accepted as a record only if it is
 * intact and has the expected number. Where the next record starts is determined from the damaged one's length; if that is damaged, from
 * its checksum, else from the index; if all fail the rest of the file is lost. What the disk cannot read counts as damaged. Confined to one
 * thread.
 */
final class FileWalk {
    private final RecordFormat format;
    private final SparseIndex index;
    private final FileWindow window;
    private final long until;
    private int start;
    private int position;
    private long seq;
    private long expected;

    /**
     * Starts a walk.
     *
     * @param size where the file ends, or the part of it to be examined
     * @param index known positions of records
     * @param from where to start
     * @param until the sequence number after the last record wanted
     */
    FileWalk(FileChannel file, long size, RecordFormat format, SparseIndex index, SparseIndex.Step from, long until) {
        this.window = new FileWindow(file, Math.min(size, Integer.MAX_VALUE));
        this.format = format;
        this.index = index;
        this.position = from.position();
        this.seq = from.seq();
        this.expected = seq;
        this.until = until;
    }

    /** Returns the next intact record; null if there is none. */
    @Nullable
    ByteBuffer next() throws IOException {
        expected = seq;
        while (seq < until) {
            ByteBuffer found = proceed();
            if (found != null) {
                return found;
            }
            if (passLength()) {
                continue;
            }
            SparseIndex.Step step = index.behind(position);
            if (step == null || step.seq() <= seq || step.seq() >= until) {
                return null;
            }
            position = step.position();
            seq = step.seq();
        }
        return null;
    }

    /** Follows the length fields from record to record up to an intact one; null if that fails. */
    private @Nullable ByteBuffer proceed() throws IOException {
        long at = position;
        long number = seq;
        ByteBuffer found = window.at(at);
        while (found != null && number < until && found.remaining() >= RecordFormat.HEAD_BYTES) {
            int bytes = RecordFormat.bytes(found);
            if (format.whole(found)) {
                if (RecordFormat.seq(found) != number) {
                    return null;
                }
                start = (int) at;
                position = start + bytes;
                seq = number + 1;
                return found;
            }
            if (bytes < RecordFormat.HEAD_BYTES) {
                return null;
            }
            at += bytes;
            number++;
            found = window.at(at);
        }
        return null;
    }

    /** Skips to after the first record whose length is damaged; returns false if its end cannot be found. */
    private boolean passLength() throws IOException {
        DamagedLength damaged = new DamagedLength(window, format);
        long at = position;
        long number = seq;
        int bytes = RecordFormat.HEAD_BYTES;
        while (bytes >= RecordFormat.HEAD_BYTES && number + 1 < until) {
            long end = damaged.end(at, number);
            if (end >= 0) {
                position = (int) end;
                seq = number + 1;
                return true;
            }
            ByteBuffer head = window.some(at);
            bytes = head == null || head.remaining() < RecordFormat.HEAD_BYTES ? 0 : RecordFormat.bytes(head);
            at += bytes;
            number++;
        }
        return false;
    }

    /** Returns why a part of the file could not be read; null if everything examined could be. */
    @Nullable
    IOException failure() {
        return window.failure();
    }

    /** Returns the position of the record last returned by {@link #next}. */
    int start() {
        return start;
    }

    /** Returns the position after the record last returned by {@link #next}. */
    int position() {
        return position;
    }

    /**
     * Returns the number of the record that {@link #next} should have returned: the records from there up to the one it did return are
     * damaged.
     */
    long expected() {
        return expected;
    }

    /** Returns the number after the record last returned by {@link #next}. */
    long seq() {
        return seq;
    }
}
