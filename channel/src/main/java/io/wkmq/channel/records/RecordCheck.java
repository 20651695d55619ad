package io.wkmq.channel.records;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Looks whether the records of a channel are on the disk as they were written: each of those that were there when it began, with its
 * checksum and its number. A part at a time; the channel has to stay begun. One thread; blocks.
 */
public final class RecordCheck {
    private static final long NO_FILE = -1;

    private final ChannelRecords records;
    private final LostRecords lost;
    private final long end;
    private long file = NO_FILE;
    private SparseIndex.Step at;
    private long bytes;
    private boolean betweenFiles;

    RecordCheck(ChannelRecords records, LostRecords lost) {
        this.records = records;
        this.lost = lost;
        this.end = records.next();
        this.at = new SparseIndex.Step(records.first(), 0);
    }

    /** Looks at about so many bytes more. Returns whether there is more to look at. */
    public boolean step(long bytesMax) throws IOException {
        long seq = Math.max(at.seq(), records.first());
        if (seq >= end) {
            return false;
        }
        Map.Entry<Long, RecordFile> entry = records.fileOf(seq);
        if (entry == null) {
            long to = records.endOf(seq, end);
            add(records.path(seq), seq, to);
            at = new SparseIndex.Step(to, 0);
            betweenFiles = true;
            return to < end;
        }
        if (entry.getKey() != file) {
            file = entry.getKey();
            at = new SparseIndex.Step(file, 0);
        }
        long until = records.endOf(file, end);
        SparseIndex.Step behind = entry.getValue().check(at, until, bytesMax, this::add);
        bytes += behind.position() - at.position();
        at = behind;
        betweenFiles = at.seq() >= until;
        return at.seq() < end;
    }

    /** Those that were trimmed need not be there. */
    private void add(Path path, long from, long next) {
        long counting = Math.max(from, records.first());
        if (counting < next) {
            lost.add(path, counting, next);
        }
    }

    /** Whether the next step begins with another file: nothing more will be found to be lost of those that were looked at. */
    public boolean betweenFiles() {
        return betweenFiles;
    }

    /** How many bytes were looked at. */
    public long bytes() {
        return bytes;
    }
}
