package io.wkmq.channel.quorum;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The log of one member: its entries, how far they are on disk, and how far the member knows them to be committed. The entries before
 * {@code begin} are in the member's replica, or will be. Not thread-safe.
 */
public final class PeerLog {
    private static final byte[] NO_SNAPSHOT = {};

    private final List<Slot> slots = new ArrayList<>();
    private byte[] snapshot = NO_SNAPSHOT;
    private long begin;
    private long beginTerm;
    private long synced;
    private long committed;
    private long term;
    private long ledTerm = -1;

    PeerLog() {}

    /** The entry that its snapshot is of: those behind it are here. 0 if there is no snapshot. */
    public long begin() {
        return begin;
    }

    /** What stands for the entries up to the {@link #begin}. */
    public byte[] snapshot() {
        return snapshot;
    }

    /** The last entry. */
    public long end() {
        return begin + slots.size();
    }

    /** The last entry that is on disk. */
    public long synced() {
        return synced;
    }

    /** The last entry that is known here to be committed. */
    public long committed() {
        return committed;
    }

    /** An entry behind the {@link #begin}. */
    public Slot slot(long index) {
        return slots.get((int) (index - begin - 1));
    }

    /** Puts all that it has on disk. */
    public void sync() {
        synced = end();
    }

    /** Gives up what is in front of the entry behind that one, for the replica has it. */
    public void giveUp(long index, byte[] instead) {
        if (index <= begin || index > committed) {
            throw new IllegalStateException(
                    "Entries up to " + index + " are given up of " + begin + " to " + committed);
        }
        beginTerm = termAt(index);
        slots.subList(0, (int) (index - begin)).clear();
        begin = index;
        snapshot = instead;
        synced = Math.max(synced, begin);
    }

    long term() {
        return term;
    }

    long termAt(long index) {
        return index == begin ? beginTerm : slot(index).term();
    }

    boolean leads() {
        return ledTerm == term;
    }

    void hear(long newTerm) {
        term = Math.max(term, newTerm);
    }

    void lead() {
        ledTerm = term;
    }

    void append(Slot slot) {
        slots.add(slot);
    }

    void cutBehind(long index) {
        if (index < committed) {
            throw new IllegalStateException("Raft is wrong: entries behind " + index + " go of " + committed);
        }
        slots.subList((int) (index - begin), slots.size()).clear();
        synced = Math.min(synced, index);
    }

    void commit(long index) {
        committed = Math.max(committed, index);
    }

    /** Begins with what another one's log begins with, and has nothing else. */
    void install(PeerLog from) {
        slots.clear();
        begin = from.begin;
        beginTerm = from.beginTerm;
        snapshot = from.snapshot;
        synced = begin;
        commit(begin);
    }

    /** Loses some of what is not on disk, and what is nowhere else. */
    void crash(Random random) {
        long kept = synced + random.nextInt((int) (end() - synced) + 1);
        slots.subList((int) (kept - begin), slots.size()).clear();
        synced = kept;
        committed = begin;
        ledTerm = -1;
    }
}
