package io.wkmq.channel.records;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Checks that the records of a channel are undamaged on disk: each one that existed at the start, by its checksum and number. Proceeds in
 * steps; the channel must stay begun. Confined to one thread; blocks.
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

    /** Checks about this many more bytes. Returns whether there is more to check. */
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

    /** Ignores records that were trimmed meanwhile. */
    private void add(Path path, long from, long next) {
        long counting = Math.max(from, records.first());
        if (counting < next) {
            lost.add(path, counting, next);
        }
    }

    /** Returns whether the next step starts with another file: no more damage will be found in those already checked. */
    public boolean betweenFiles() {
        return betweenFiles;
    }

    /** Returns how many bytes were checked. */
    public long bytes() {
        return bytes;
    }
}
