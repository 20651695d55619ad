package io.wkmq.cluster.hazelcast.cp;

import io.wkmq.channel.storage.LogSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The position in the log of each change that is still needed, and the needed bytes of each segment. Needed are also the entries before a
 * snapshot that Raft keeps in memory, since their payloads may have been released. Belongs to the log's thread.
 */
final class CpSegments {
    /**
     * The position of a change in the log.
     *
     * @param number its number, counted over all changes
     * @param bytes its approximate length
     * @param file the segment that contains it; null if it was read when the log was opened
     * @param end its end in the file
     */
    record Place(long number, int bytes, @Nullable LogSegment file, long end) {}

    /** A segment of the log. */
    static final class Segment {
        private final long firstRecord;
        private long neededBytes;
        private @Nullable LogSegment full;

        private Segment(long firstRecord) {
            this.firstRecord = firstRecord;
        }

        long firstRecord() {
            return firstRecord;
        }

        /** Returns the file of a full segment. */
        LogSegment file() {
            if (full == null) {
                throw new IllegalStateException("The segment from record " + firstRecord + " on is not full yet");
            }
            return full;
        }
    }

    /** By the number of their first change; the last one is being written. */
    private final NavigableMap<Long, Segment> segments = new TreeMap<>();

    private final CpSlots<Place> places = new CpSlots<>(CpSubsystem.ENTRIES_BEFORE_SNAPSHOT, this::dropped);
    private long nextChange = 1;
    private long neededBytes;
    private long fullBytes;

    long nextChange() {
        return nextChange;
    }

    /** Returns the number of bytes in the log that are needed. */
    long neededBytes() {
        return neededBytes;
    }

    /** Returns the total length of the full segments. */
    long fullBytes() {
        return fullBytes;
    }

    /** Begins a segment, which contains the changes from the next one on. */
    void begin(long firstRecord) {
        segments.put(nextChange, new Segment(firstRecord));
    }

    /** Marks the last segment as full. */
    void full(LogSegment file) {
        segments.lastEntry().getValue().full = file;
        fullBytes += file.capacity();
    }

    /** Sets the number of the next change, for a log whose first changes are gone. */
    void skipTo(long change) {
        nextChange = change;
    }

    /** Adds the next change of the log, written before the log was opened. */
    void add(CpChange change) {
        add(change, null, 0);
    }

    /** Adds the next change of the log, which ends at that offset in a file. */
    void add(CpChange change, @Nullable LogSegment file, long end) {
        long number = nextChange++;
        int bytes = change.bytes();
        if (change.kept()) {
            neededBytes += bytes;
            segments.lastEntry().getValue().neededBytes += bytes;
        }
        places.apply(change, new Place(number, bytes, file, end));
    }

    private void dropped(Place place) {
        neededBytes -= place.bytes();
        segments.floorEntry(place.number()).getValue().neededBytes -= place.bytes();
    }

    /** Returns the position of an entry of a group; null if it is not needed. */
    @Nullable
    Place entry(CpGroup group, long index) {
        return places.entry(group, index);
    }

    /** Returns whether anything of a group is needed. */
    boolean has(CpGroup group) {
        return places.groups().containsKey(group);
    }

    /** Returns whether the change with that number is still needed. */
    boolean needed(CpChange change, long number) {
        Place place = change.kept() ? places.at(change) : null;
        return place != null && place.number() == number;
    }

    /** Returns the oldest segment if it is full, otherwise null. */
    @Nullable
    Segment oldest() {
        return segments.size() < 2 ? null : segments.firstEntry().getValue();
    }

    int fullSegments() {
        return segments.size() - 1;
    }

    /** Returns the first record behind the oldest segment. */
    long endOfOldest() {
        return segments.higherEntry(segments.firstKey()).getValue().firstRecord;
    }

    /** Takes out the oldest segments of which nothing is needed. */
    List<Segment> takeUnneeded() {
        List<Segment> taken = new ArrayList<>();
        for (Segment oldest = oldest(); oldest != null && oldest.neededBytes == 0; oldest = oldest()) {
            segments.pollFirstEntry();
            fullBytes -= oldest.file().capacity();
            taken.add(oldest);
        }
        return taken;
    }

    /** Returns the first record of the log that may be needed. */
    long firstRecord() {
        return segments.firstEntry().getValue().firstRecord;
    }

    /** Returns the files of all full segments. */
    List<LogSegment> fullFiles() {
        return segments.headMap(segments.lastKey(), false).values().stream()
                .map(Segment::file)
                .toList();
    }
}
