package io.wkmq.channel.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * The records of one file, whose sequence numbers follow each other: where they are, as far as that is known, and how they are read and
 * written. What is damaged is passed over, and said once.
 *
 * <p>Belongs to a {@link RecordFile}, whose lock guards it: {@link #find}, {@link #forget} and {@link #replaced} need it to write, all else
 * needs it to read, if nothing else is said. Of those who have it to read one appends, the writer; the others see what was appended when
 * they began.
 */
final class FileRecords {
    private final Path path;
    private final RecordFormat format;
    private final FileDamage damage;
    private final SparseIndex.Step begin;
    private SparseIndex index = new SparseIndex();

    /** Whether the index, the end and what comes next are as they should be. */
    private boolean known;

    private volatile long next;
    private volatile int end;

    /** Up to where the records should go, and do not. */
    private volatile long incomplete;

    /**
     * Of a file of which nothing is known yet.
     *
     * @param first the sequence number of the first record that it has, or should have
     */
    FileRecords(Path path, int channelNumber, long first) {
        this.path = path;
        this.format = new RecordFormat(channelNumber);
        this.damage = new FileDamage(path);
        this.begin = new SparseIndex.Step(first, 0);
        this.next = first;
    }

    /** The sequence number of the first record that it has, or should have. Any thread, without the lock. */
    long first() {
        return begin.seq();
    }

    /** The sequence number behind the last record that is known. Any thread, without the lock. */
    long next() {
        return next;
    }

    /** Where the last record ends that is known. Any thread, without the lock. */
    int end() {
        return end;
    }

    boolean known() {
        return known;
    }

    /** Whether it is known where the records up to a number are, or that they are not there. */
    boolean sought(long until) {
        return known && (next >= until || incomplete == until);
    }

    /**
     * Finds out what is in the file, as far as that is not known.
     *
     * @param until the sequence number where its records end at the latest: what is behind it does not count
     * @return whether there is what there should be, up to {@code until}
     */
    boolean find(FileChannel file, long until) throws IOException {
        if (!known) {
            next = begin.seq();
            end = 0;
            known = true;
        }
        if (next < until) {
            scan(file, until);
        }
        return next >= until;
    }

    /** Goes on with what is behind the last record that is known. */
    private void scan(FileChannel file, long until) throws IOException {
        FileWalk walk = new FileWalk(file, file.size(), format, index, new SparseIndex.Step(next, end), until);
        for (ByteBuffer at = walk.next(); at != null; at = walk.next()) {
            if (RecordFormat.seq(at) != walk.expected()) {
                damage.tellLost(begin.seq(), until);
            }
            index.add(RecordFormat.seq(at), RecordFormat.timeMs(at), walk.start());
        }
        damage.tellUnreadable(walk);
        end = walk.position();
        next = walk.seq();
    }

    /** Notes that not all records up to a number are there: they are not sought again. Any thread, without the lock. */
    void lack(long until) {
        incomplete = until;
        damage.tellLost(begin.seq(), until);
    }

    /** Forgets where the records are: they are to be found anew before anything else is done with them. */
    void forget() {
        known = false;
        index = new SparseIndex(); // the other one would take memory for nothing
    }

    /** Forgets also that some were not there. */
    void lookAnew() {
        forget();
        incomplete = 0;
    }

    /** Another file has taken the place of the one that it knows. */
    void replaced() {
        lookAnew();
        damage.replaced();
    }

    /** Writes encoded records behind the last one; they are not there until they are {@link #take taken}. By the writer. */
    void write(FileChannel file, ByteBuffer records) throws IOException {
        int position = end;
        while (records.hasRemaining()) {
            position += file.write(records, position);
        }
    }

    /** Takes the encoded records that were written: from now on they are there. By the writer. */
    void take(ByteBuffer records) {
        int at = end;
        long seq = next;
        while (records.hasRemaining()) {
            index.add(seq++, RecordFormat.timeMs(records), at);
            int bytes = RecordFormat.bytes(records);
            at += bytes;
            records.position(records.position() + bytes);
        }
        end = at;
        next = seq;
    }

    /**
     * Reads records in their order.
     *
     * @param from the first one that is wanted
     * @param until the sequence number behind the last one that is
     * @param into takes them
     * @param limit how many, and how many bytes of them at most; the first is read however large it is
     */
    void read(FileChannel file, long from, long until, List<ChannelRecord> into, ReadLimit limit) throws IOException {
        FileWalk walk = new FileWalk(file, end, format, index, index.before(from, begin), until);
        while (limit.more()) {
            ByteBuffer at = walk.next();
            if (at == null) {
                break;
            }
            if (RecordFormat.seq(at) >= from) {
                into.add(RecordFormat.read(at));
                limit.read(walk.position() - walk.start());
            }
        }
        damage.tellUnreadable(walk);
    }

    /**
     * The sequence number of the first record that is not older than that; {@code until} if all in front of it are. Of what is damaged
     * nobody knows the time: if it may be the one, it is.
     */
    long seqAt(FileChannel file, long timeMs, long until) throws IOException {
        FileWalk walk = new FileWalk(file, end, format, index, index.beforeTime(timeMs, begin), until);
        for (ByteBuffer at = walk.next(); at != null; at = walk.next()) {
            if (RecordFormat.timeMs(at) >= timeMs) {
                return walk.expected();
            }
        }
        return walk.expected();
    }

    /** The sequence number from which on the records take that many bytes, or a step of the index more; {@code none} if there is none. */
    long lastBytes(long bytes, long none) {
        return index.seqAround(end - bytes, none);
    }

    /** The sequence number behind the last intact record that the file has, whether it counts or not; whatever is known of it. */
    long there(FileChannel file) throws IOException {
        FileWalk walk = new FileWalk(file, file.size(), format, new SparseIndex(), begin, Long.MAX_VALUE);
        long behind = begin.seq();
        while (walk.next() != null) {
            behind = walk.seq();
        }
        return behind;
    }

    /**
     * When the first record was appended, by its own account; reads no other one. {@code none} if that cannot be said. Whatever is known of
     * the file.
     */
    long firstTimeMs(FileChannel file, long none) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(RecordFormat.HEAD_BYTES);
        try {
            while (head.hasRemaining()) {
                if (file.read(head, head.position()) < 0) {
                    return none;
                }
            }
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) { // damaged as any other
            return none;
        }
        head.flip();
        return RecordFormat.seq(head) == begin.seq() ? RecordFormat.timeMs(head) : none;
    }

    /**
     * Looks whether records are in the file as they were written, up to a bound; whatever is known of it.
     *
     * @param from the first one to be looked at
     * @param until the one behind the last
     * @param bytesMax behind so many bytes it ends
     * @param lost takes those that are not
     * @return the one to go on with; {@code until} if there is none
     */
    SparseIndex.Step check(FileChannel file, SparseIndex.Step from, long until, long bytesMax, LostRecords lost)
            throws IOException {
        FileWalk walk = new FileWalk(file, file.size(), format, index, from, until);
        SparseIndex.Step behind = check(walk, from, until, bytesMax, lost);
        damage.tellUnreadable(walk);
        return behind;
    }

    private SparseIndex.Step check(FileWalk walk, SparseIndex.Step from, long until, long bytesMax, LostRecords lost)
            throws IOException {
        while (walk.position() - from.position() < bytesMax) {
            ByteBuffer at = walk.next();
            long found = at == null ? until : RecordFormat.seq(at);
            if (found > walk.expected()) {
                lost.add(path, walk.expected(), found);
            }
            if (at == null) {
                return new SparseIndex.Step(until, walk.position());
            }
        }
        return new SparseIndex.Step(walk.seq(), walk.position());
    }
}
