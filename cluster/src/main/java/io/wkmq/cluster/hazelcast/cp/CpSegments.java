package io.wkmq.cluster.hazelcast.cp;

import io.wkmq.channel.storage.LogSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where in the log each change is that is still needed, and how much of each segment that makes. Belongs to the log's thread. Needed are
 * also the entries before a snapshot that Raft keeps in memory, perhaps without what they carry.
 */
final class CpSegments {
    /**
     * A change in the log.
     *
     * @param number of it, counted over all changes
     * @param bytes about how long it is
     * @param file that it is in; null if it was read when the log was opened
     * @param end where it ends in the file
     */
    record Place(long number, int bytes, @Nullable LogSegment file, long end) {}

    /** A segment of the log, from its first record on. */
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

        /** Its file. */
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

    /** How many bytes of the log are needed. */
    long neededBytes() {
        return neededBytes;
    }

    /** How long the full segments are. */
    long fullBytes() {
        return fullBytes;
    }

    /** From the next change on all are in another segment. */
    void begin(long firstRecord) {
        segments.put(nextChange, new Segment(firstRecord));
    }

    /** Nothing is written to the last segment any more. */
    void full(LogSegment file) {
        segments.lastEntry().getValue().full = file;
        fullBytes += file.capacity();
    }

    /** The change with that number, in a log that was not read from its first change on. */
    void skipTo(long change) {
        nextChange = change;
    }

    /** A change is the next of the log, which was written before it was opened. */
    void add(CpChange change) {
        add(change, null, 0);
    }

    /** A change is the next of the log, and ends there in a file. */
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

    /** Where an entry of a group is; null if it is not needed. */
    @Nullable
    Place entry(CpGroup group, long index) {
        return places.entry(group, index);
    }

    /** Whether anything of a group is needed. */
    boolean has(CpGroup group) {
        return places.groups().containsKey(group);
    }

    /** Whether the change with that number is still needed. */
    boolean needed(CpChange change, long number) {
        Place place = change.kept() ? places.at(change) : null;
        return place != null && place.number() == number;
    }

    /** The oldest segment if it is full. */
    @Nullable
    Segment oldest() {
        return segments.size() < 2 ? null : segments.firstEntry().getValue();
    }

    int fullSegments() {
        return segments.size() - 1;
    }

    /** The first record that is not in the oldest segment. */
    long endOfOldest() {
        return segments.higherEntry(segments.firstKey()).getValue().firstRecord;
    }

    /** Takes the oldest segments out of which nothing is needed. */
    List<Segment> takeUnneeded() {
        List<Segment> taken = new ArrayList<>();
        for (Segment oldest = oldest(); oldest != null && oldest.neededBytes == 0; oldest = oldest()) {
            segments.pollFirstEntry();
            fullBytes -= oldest.file().capacity();
            taken.add(oldest);
        }
        return taken;
    }

    /** The first record of the log that is needed, or may be. */
    long firstRecord() {
        return segments.firstEntry().getValue().firstRecord;
    }

    /** The files of all full segments. */
    List<LogSegment> fullFiles() {
        return segments.headMap(segments.lastKey(), false).values().stream()
                .map(Segment::file)
                .toList();
    }
}
