package io.wkmq.channel.records;

import io.wkmq.channel.storage.CorruptDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds a record file of a channel from what is intact and from records supplied by the caller. Until it is {@link #finish finished}
 * nothing changes, even after a crash. A file without losses is left as it is. Confined to one thread; blocks.
 */
public final class RecordRebuild {
    private static final int STEP_RECORDS = 1_024;
    private static final long STEP_BYTES = 1 << 20;

    private final ChannelRecords records;
    private final @Nullable RecordFile old;
    private final RecordFormat format;
    private final long end;

    /** The first sequence numbers of the files written so far. */
    private final List<Long> begun = new ArrayList<>();

    private @Nullable FileChannel out;
    private long outBytes;
    private long next;
    private long lostUntil;
    private boolean checked;
    private boolean intact;

    /**
     * Creates a rebuild of the records from {@code from} on.
     *
     * @param old the existing file; null if it is missing
     * @param end the sequence number after the last record
     */
    RecordRebuild(ChannelRecords records, @Nullable RecordFile old, long from, long end) {
        this.records = records;
        this.old = old;
        this.format = records.format();
        this.next = from;
        this.end = end;
    }

    /** Returns the sequence number after the last record of the file. */
    public long end() {
        return end;
    }

    /** Copies what is intact. Returns the sequence number of the first record that must be supplied; {@link #end} if there is none. */
    public long proceed() throws IOException {
        if (!checked) {
            checked = true;
            check();
        }
        while (next < end) {
            List<ChannelRecord> found = new ArrayList<>();
            if (old != null) {
                old.read(next, end, found, new ReadLimit(STEP_RECORDS, STEP_BYTES));
            }
            lostUntil = found.isEmpty() ? end : found.get(0).seq();
            if (lostUntil > next) {
                return next;
            }
            write(found);
        }
        return end;
    }

    private void check() throws IOException {
        RecordFile file = old;
        if (file == null || next >= end) {
            return;
        }
        long counting = next;
        boolean[] whole = {true};
        file.check(new SparseIndex.Step(file.first(), 0), end, Long.MAX_VALUE, (path, from, behind) -> {
            whole[0] &= behind <= counting; // trimmed records may be missing
        });
        if (whole[0]) {
            file.lookAnew();
            intact = true;
            next = end;
        }
    }

    /**
     * Adds supplied records, ignoring those that were not missing. Returns how many were missing.
     *
     * @throws CorruptDataException if the first of them is not the one returned by {@link #proceed}
     */
    public long take(List<ChannelRecord> found) throws IOException {
        List<ChannelRecord> missing =
                found.stream().filter(record -> record.seq() < lostUntil).toList();
        if (missing.isEmpty() || missing.get(0).seq() != next) {
            throw new CorruptDataException("Record " + next + " did not come, but "
                    + (found.isEmpty() ? "none" : String.valueOf(found.get(0).seq())));
        }
        long before = next;
        write(missing);
        return next - before;
    }

    /** Writes the contiguous prefix of these records. */
    private void write(List<ChannelRecord> found) throws IOException {
        int count = 0;
        int bytes = 0;
        while (count < found.size() && found.get(count).seq() == next + count) {
            bytes = Math.addExact(bytes, found.get(count++).bytes());
        }
        ByteBuffer page = ByteBuffer.allocate(bytes);
        for (ChannelRecord record : found.subList(0, count)) {
            format.write(page, record);
        }
        page.flip();
        FileChannel file = file(bytes);
        while (page.hasRemaining()) {
            outBytes += file.write(page, outBytes);
        }
        next += count;
    }

    private FileChannel file(int bytes) throws IOException {
        FileChannel file = out;
        if (file != null && outBytes + bytes <= records.fileBytesMax()) {
            return file;
        }
        finishFile();
        begun.add(next);
        FileChannel made = records.unfinished(next);
        out = made;
        outBytes = 0;
        return made;
    }

    private void finishFile() throws IOException {
        FileChannel file = out;
        if (file != null) {
            out = null;
            try (file) {
                file.force(true);
            }
        }
    }

    /** Replaces the old file, and returns once that is durable. Call once {@link #proceed} has returned the {@link #end}. */
    public void finish() throws IOException {
        if (next != end) {
            throw new IllegalStateException(
                    "The records up to " + (next - 1) + " are to take their place; expected all in front of " + end);
        }
        if (!intact) {
            finishFile();
            records.install(old, begun);
        }
    }

    /** Discards the rebuild, leaving everything as it was. */
    public void abandon() throws IOException {
        FileChannel file = out;
        out = null;
        if (file != null) {
            file.close();
        }
        records.discard(begun);
    }
}
