package io.wkmq.channel.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * The consecutive records of one file: locates, reads and writes them. Damaged records are skipped, and logged once.
 *
 * <p>Owned by a {@link RecordFile} and guarded by its lock: {@link #find}, {@link #forget} and {@link #replaced} require the write lock,
 * everything else the read lock unless stated otherwise. Of the holders of the read lock one appends, the writer; the others see what was
 * appended before they began.
 */
final class FileRecords {
    private final Path path;
    private final RecordFormat format;
    private final FileDamage damage;
    private final SparseIndex.Step begin;
    private SparseIndex index = new SparseIndex();

    /** Whether the index, {@code end} and {@code next} are valid. */
    private boolean known;

    private volatile long next;
    private volatile int end;

    /** The number up to which records should be there, but are not. */
    private volatile long incomplete;

    /**
     * Creates an instance that knows nothing of the file yet.
     *
     * @param first the sequence number of the first record that the file has, or should have
     */
    FileRecords(Path path, int channelNumber, long first) {
        this.path = path;
        this.format = new RecordFormat(channelNumber);
        this.damage = new FileDamage(path);
        this.begin = new SparseIndex.Step(first, 0);
        this.next = first;
    }

    /** Returns the sequence number of the first record that the file has, or should have. Callable from any thread, without the lock. */
    long first() {
        return begin.seq();
    }

    /** Returns the sequence number after the last known record. Callable from any thread, without the lock. */
    long next() {
        return next;
    }

    /** Returns where the last known record ends. Callable from any thread, without the lock. */
    int end() {
        return end;
    }

    boolean known() {
        return known;
    }

    /** Returns whether the records up to a number are located, or known to be missing. */
    boolean sought(long until) {
        return known && (next >= until || incomplete == until);
    }

    /**
     * Locates the records of the file, as far as they are not known yet.
     *
     * @param until the sequence number at which its records end at the latest: later ones do not count
     * @return whether all records up to {@code until} are there
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

    /** Continues after the last known record. */
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

    /**
     * Notes that not all records up to a number are there, so that they are not searched again. Callable from any thread, without the lock.
     */
    void lack(long until) {
        incomplete = until;
        damage.tellLost(begin.seq(), until);
    }

    /** Forgets where the records are: {@link #find} must be called before anything else. */
    void forget() {
        known = false;
        index = new SparseIndex(); // frees the memory of the old one
    }

    /** Also forgets that some records were missing. */
    void lookAnew() {
        forget();
        incomplete = 0;
    }

    /** Reports that the file was replaced by another one. */
    void replaced() {
        lookAnew();
        damage.replaced();
    }

    /** Writes encoded records after the last one; they do not count until they are {@link #take taken}. Call from the writer. */
    void write(FileChannel file, ByteBuffer records) throws IOException {
        int position = end;
        while (records.hasRemaining()) {
            position += file.write(records, position);
        }
    }

    /** Makes encoded records that were written count. Call from the writer. */
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
     * Reads records in order.
     *
     * @param from the first record wanted
     * @param until the sequence number after the last record wanted
     * @param into receives them
     * @param limit the maximum number and size; the first record is read however large it is
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
     * Returns the sequence number of the first record that is not older than this time; {@code until} if all before it are older. The time
     * of damaged records is unknown: if one of them may be the first, its number is returned.
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

    /**
     * Returns the sequence number from which on the records take this many bytes, or up to one index step more; {@code none} if there is
     * none.
     */
    long lastBytes(long bytes, long none) {
        return index.seqAround(end - bytes, none);
    }

    /**
     * Returns the sequence number after the last intact record in the file, whether or not it counts. Ignores what is known of the file.
     */
    long there(FileChannel file) throws IOException {
        FileWalk walk = new FileWalk(file, file.size(), format, new SparseIndex(), begin, Long.MAX_VALUE);
        long behind = begin.seq();
        while (walk.next() != null) {
            behind = walk.seq();
        }
        return behind;
    }

    /**
     * Returns when the first record was appended, according to its unverified header; reads nothing else. {@code none} if unknown. Ignores
     * what is known of the file.
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
        } catch (IOException e) { // treated like other damage
            return none;
        }
        head.flip();
        return RecordFormat.seq(head) == begin.seq() ? RecordFormat.timeMs(head) : none;
    }

    /**
     * Checks that records in the file are undamaged, up to a limit. Ignores what is known of the file, except for the index.
     *
     * @param from the first record to check
     * @param until the sequence number after the last one
     * @param bytesMax the number of bytes after which to stop
     * @param lost receives damaged or missing records
     * @return where to continue; {@code until} at the end
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
