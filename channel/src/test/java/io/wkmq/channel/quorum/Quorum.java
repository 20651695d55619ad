package io.wkmq.channel.quorum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The logs of a group's members as Raft leaves them (Raft 5.3, 5.4, 7): one leader per term, which has every committed entry; an entry is
 * committed once a majority has it on disk, followed by one of the leader's own term; uncommitted entries may be lost with the next leader;
 * a member behind the start of the leader's log receives its snapshot. The messages and timeouts by which members get there are not
 * modelled. The model checks itself: an {@link IllegalStateException} means that it is wrong. Not thread-safe.
 */
public final class Quorum {
    private final Random random;
    private final List<Member> members;
    private final List<Slot> committed = new ArrayList<>();

    /** A member's state outside its log. */
    private static final class Member {
        private final PeerLog log = new PeerLog();
        private final long[] matched;
        private boolean alive = true;
        private int side;

        /** Up to there its log is that of the leader of that term. */
        private long verified;

        private long verifiedTerm;

        private Member(int count) {
            matched = new long[count];
        }
    }

    /** What a leader sends to another member. */
    public enum Sent {
        /** Nothing: it does not lead, or does not reach it. */
        NOTHING,
        /** Entries, perhaps none. */
        ENTRIES,
        /** Its snapshot, for its log does not begin early enough: {@link #install}. */
        SNAPSHOT
    }

    /** So many members, without a leader. */
    public Quorum(int count, Random random) {
        this.random = random;
        members = IntStream.range(0, count).mapToObj(i -> new Member(count)).toList();
    }

    /** The log of a member. */
    public PeerLog log(int member) {
        return members.get(member).log;
    }

    /** How many members are more than half of them. */
    public int majority() {
        return members.size() / 2 + 1;
    }

    /** The last entry that is committed. */
    public long committed() {
        return committed.size();
    }

    /** An entry that is committed. */
    public Slot committed(long index) {
        return committed.get((int) index - 1);
    }

    /** Whether both live and reach each other. */
    public boolean talk(int one, int other) {
        Member first = members.get(one);
        Member second = members.get(other);
        return first.alive && second.alive && first.side == second.side;
    }

    /** From now on some do not reach others. */
    public void split() {
        members.forEach(member -> member.side = random.nextInt(2));
    }

    /** From now on all reach each other. */
    public void heal() {
        members.forEach(member -> member.side = 0);
    }

    /** A member loses power: what was not synced is lost, or a part of that. */
    public void crash(int member) {
        members.get(member).alive = false;
        log(member).crash(random);
    }

    /** A member is back. */
    public void restart(int member) {
        members.get(member).alive = true;
    }

    /** The leader that a member would turn to; -1 if it knows of none. */
    public int leader(int member) {
        return IntStream.range(0, members.size())
                .filter(other -> talk(member, other) && log(other).leads())
                .reduce((one, other) -> log(one).term() > log(other).term() ? one : other)
                .orElse(-1);
    }

    /** Has a member lead, if a majority votes for it: those whose logs have no more than its own (Raft 5.4.1). */
    public boolean elect(int candidate) {
        PeerLog log = log(candidate);
        int[] voters = IntStream.range(0, members.size())
                .filter(other -> talk(candidate, other) && !newer(log(other), log))
                .toArray();
        if (voters.length < majority()) {
            return false;
        }
        long term = 1
                + IntStream.range(0, members.size())
                        .filter(other -> talk(candidate, other))
                        .mapToLong(other -> log(other).term())
                        .max()
                        .orElse(0);
        for (int voter : voters) {
            log(voter).hear(term);
        }
        log.lead();
        Arrays.fill(members.get(candidate).matched, 0);
        log.append(new Slot(term, null));
        return true;
    }

    private static boolean newer(PeerLog one, PeerLog other) {
        long term = one.termAt(one.end());
        long otherTerm = other.termAt(other.end());
        return term > otherTerm || (term == otherTerm && one.end() > other.end());
    }

    /** Brings an operation into a leader's log; returns its index there. */
    public long propose(int leader, byte[] op) {
        PeerLog log = log(leader);
        log.append(new Slot(log.term(), op));
        return log.end();
    }

    /** Sends what a member does not have yet, so many entries at most (Raft 5.3). They are in its log, but not on its disk. */
    public Sent replicate(int leader, int follower, int most) {
        PeerLog from = log(leader);
        PeerLog to = log(follower);
        if (leader == follower || !talk(leader, follower) || !from.leads()) {
            return Sent.NOTHING;
        }
        if (to.term() > from.term()) {
            from.hear(to.term()); // and leads no longer
            return Sent.NOTHING;
        }
        to.hear(from.term());
        long low = Math.max(from.begin(), to.begin());
        long agreed = Math.min(from.end(), to.end());
        while (agreed >= low && from.termAt(agreed) != to.termAt(agreed)) {
            agreed--;
        }
        if (agreed < low) {
            if (from.begin() <= to.begin()) {
                throw new IllegalStateException("Raft is wrong: a leader does not have what was committed");
            }
            return Sent.SNAPSHOT;
        }
        if (agreed < Math.min(from.end(), to.end())) {
            to.cutBehind(agreed);
        }
        for (int i = 0; i < most && agreed == to.end() && agreed < from.end(); i++) {
            to.append(from.slot(++agreed));
        }
        verified(leader, follower, agreed);
        return Sent.ENTRIES;
    }

    private void verified(int leader, int follower, long index) {
        Member member = members.get(follower);
        member.verified = index;
        member.verifiedTerm = log(leader).term();
        member.log.commit(Math.min(log(leader).committed(), index));
    }

    /** A member's log begins with the leader's snapshot from now on. */
    public void install(int leader, int follower) {
        log(follower).install(log(leader));
        verified(leader, follower, log(follower).begin());
    }

    /** The leader hears what a member has on its disk. */
    public void acknowledge(int leader, int follower) {
        Member member = members.get(follower);
        PeerLog log = log(leader);
        if (talk(leader, follower) && log.leads() && member.verifiedTerm == log.term()) {
            members.get(leader).matched[follower] = Math.min(member.log.synced(), member.verified);
        }
    }

    /** A leader counts who has what: its own term's entries are committed by that, and with them those in front (Raft 5.4.2). */
    public void advance(int leader) {
        PeerLog log = log(leader);
        if (!members.get(leader).alive || !log.leads()) {
            return;
        }
        long[] matched = members.get(leader).matched;
        matched[leader] = log.synced();
        for (long i = log.end(); i > log.committed() && log.termAt(i) == log.term(); i--) {
            long index = i;
            if (Arrays.stream(matched).filter(has -> has >= index).count() >= majority()) {
                commit(log, i);
                return;
            }
        }
    }

    private void commit(PeerLog log, long end) {
        for (long i = log.committed() + 1; i <= end; i++) {
            if (i > committed.size()) {
                committed.add(log.slot(i));
            } else if (committed(i) != log.slot(i)) {
                throw new IllegalStateException("Raft is wrong: entry " + i + " is committed twice");
            }
        }
        log.commit(end);
    }
}
