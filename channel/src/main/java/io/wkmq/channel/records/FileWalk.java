package io.wkmq.channel.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Goes from one intact record of a file to the next one, and passes over those that are damaged. What comes behind a damaged record is
 * taken for a record only if it is whole and has the number that it should have there. Where it begins says the damaged one's length, or if
 * that is damaged its checksum, else the index; if none does the rest of the file is lost. What the disk cannot read is damaged. One thread.
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
     * Begins in a file.
     *
     * @param size where the file ends, or what is looked at of it
     * @param index where else records begin, as far as that is known
     * @param from where to begin
     * @param until the sequence number behind the last record that is wanted
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

    /** The next intact record; null if there is none. */
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

    /** From record to record, as long as each of them says how long it is; null if that does not lead to an intact one. */
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

    /** Goes behind the first record whose length is damaged; false if it cannot be found where that ends. */
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

    /** Why a part of the file could not be read; null if all could that was looked at. */
    @Nullable
    IOException failure() {
        return window.failure();
    }

    /** Where the record begins that {@link #next} gave. */
    int start() {
        return start;
    }

    /** Behind the record that {@link #next} gave. */
    int position() {
        return position;
    }

    /** The number of the record that {@link #next} should have given: those from there on up to the one that it gave are damaged. */
    long expected() {
        return expected;
    }

    /** The number behind the last record that {@link #next} gave. */
    long seq() {
        return seq;
    }
}
