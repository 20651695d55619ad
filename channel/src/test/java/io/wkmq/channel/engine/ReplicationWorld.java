package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.engine.ReplicaMember.Kept;
import io.wkmq.channel.engine.ReplicaMember.Life;
import io.wkmq.channel.engine.ReplicaMember.Pending;
import io.wkmq.channel.group.ChannelRules;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.quorum.PeerLog;
import io.wkmq.channel.quorum.Quorum;
import io.wkmq.channel.quorum.Slot;
import io.wkmq.channel.quorum.Truth;
import io.wkmq.testing.ManualClock;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A group of three or five members: replicas, files and appenders are real; Raft is reduced to its effects ({@link Quorum}). Power fails at
 * any moment, inside any step; links are cut; leaders come and go; logs are truncated. {@link #check} must be called after each event. Not
 * thread-safe.
 */
final class ReplicationWorld {
    /** Channels that are never dropped. */
    static final int CHANNELS = 4;

    private static final ChannelRules RULES = new ChannelRules(1, 1_000, 1_000_000, 4, 1_000_000, Retention.FOR_EVER);
    private static final AppenderOptions APPENDER = new AppenderOptions(8, 1_000, 2, 6, 300, 40, 3, 100_000);
    private static final List<Loss> LOSSES = List.of(Loss.values());
    private static final int SNAPSHOT_AFTER = 10;
    private static final int ROUNDS_MAX = 2_000;

    private final Random random;
    private final Map<Happening, Integer> tally;
    private final Quorum quorum;
    private final Truth truth = new Truth();
    private final List<ReplicaMember> members;
    private final PromiseJudge judge;
    private boolean lossy = true;

    /** Happenings that some schedule must contain, or the test proves nothing. */
    enum Happening {
        ELECTION,
        CRASH,
        SNAPSHOT,
        INSTALL,
        FILLED
    }

    ReplicationWorld(Random random, Map<Happening, Integer> tally) throws IOException {
        this.random = random;
        this.tally = tally;
        int count = random.nextInt(4) == 0 ? 5 : 3;
        quorum = new Quorum(count, random);
        members = IntStream.range(0, count).mapToObj(ReplicaMember::new).toList();
        judge = new PromiseJudge(quorum, truth, members, CHANNELS);
        for (ReplicaMember member : members) {
            start(member);
        }
        elect(random.nextInt(count));
        for (int channel = 0; channel < CHANNELS; channel++) {
            quorum.propose(quorum.leader(0), OpCodec.encode(configure(channel)));
        }
        while (quorum.committed() < CHANNELS + 1) {
            settle();
        }
    }

    static GroupOp configure(int channel) {
        return new GroupOp.Configure(channel, RULES);
    }

    List<ReplicaMember> members() {
        return members;
    }

    PromiseJudge judge() {
        return judge;
    }

    ReplicaMember anyMember() {
        return members.get(random.nextInt(members.size()));
    }

    void split() {
        quorum.split();
    }

    void heal() {
        quorum.heal();
    }

    /** The way by which operations of a member come to the leader. */
    ReplicatedLog way(ReplicaMember member, SimLoop front) {
        return new LeaderWay(front, random, (op, answer) -> propose(member, op, answer));
    }

    private void propose(ReplicaMember from, byte[] op, CompletableFuture<byte[]> answer) {
        int leader = quorum.leader(from.number);
        if (leader < 0) {
            answer.completeExceptionally(new IOException("Nobody leads"));
            return;
        }
        long index = quorum.propose(leader, op);
        Pending before = Objects.requireNonNull(members.get(leader).life)
                .pending
                .put(index, new Pending(quorum.log(leader).slot(index), answer));
        if (before != null) {
            unknown(before);
        }
    }

    private static void unknown(Pending pending) {
        pending.answer().completeExceptionally(new IndeterminateException("Another one leads", null));
    }

    /** Has a member start that is down, or fail while it does. */
    void restart() throws IOException {
        List<ReplicaMember> down =
                members.stream().filter(member -> member.life == null).toList();
        if (!down.isEmpty()) {
            ReplicaMember member = down.get(random.nextInt(down.size()));
            int since = member.disk.now();
            start(member);
            if (random.nextInt(8) == 0) {
                crash(member, since);
            }
        }
    }

    private void start(ReplicaMember member) throws IOException {
        SimReplica replica = new SimReplica(member.disk, random::nextLong);
        replica.fetchFrom(new MemberDonors(
                members,
                other -> other != member && quorum.talk(member.number, other.number),
                replica.timer,
                random,
                () -> lossy));
        PeerLog log = quorum.log(member.number);
        replica.given = log.begin();
        if (log.begin() > 0) {
            replica.follower.restore(log.snapshot());
        }
        UUID producer = new UUID(member.number, ++member.lives);
        String who = "member " + member.number + " in life " + member.lives;
        member.life = new Life(
                replica,
                new ReplicaInspector(truth, who),
                front -> new Appender(producer, way(member, front), front, new ManualClock(), APPENDER));
        quorum.restart(member.number);
    }

    /** A member loses power, in the middle of something or not. */
    void crash(ReplicaMember member) throws IOException {
        Life life = member.life;
        if (life == null) {
            return;
        }
        int since = member.disk.now();
        switch (random.nextInt(4)) {
            case 0 -> apply(member, life, 1 + random.nextInt(8));
            case 1 -> {
                if (life.replica.follower.whole()) {
                    life.replica.follower.snapshot();
                }
            }
            case 2 -> steps(member);
            default -> {
                // between two things
            }
        }
        crash(member, since);
    }

    private void crash(ReplicaMember member, int since) {
        tally.merge(Happening.CRASH, 1, Integer::sum);
        int moment = since + random.nextInt(member.disk.now() - since + 1);
        member.disk = member.disk.crashed(moment, LOSSES.get(random.nextInt(LOSSES.size())), random);
        for (Pending pending : Objects.requireNonNull(member.life).pending.values()) {
            if (random.nextBoolean()) {
                unknown(pending);
            }
        }
        member.life = null;
        quorum.crash(member.number);
    }

    /** Has the log of a member given up what the replica has. */
    void snapshot(ReplicaMember member) throws IOException {
        Life life = member.life;
        PeerLog log = quorum.log(member.number);
        if (life == null) {
            return;
        }
        LogFollower follower = life.replica.follower;
        if (!follower.whole()) {
            assertThatThrownBy(follower::snapshot).isInstanceOf(ReplicaBehindException.class);
        } else if (life.replica.given - log.begin() >= SNAPSHOT_AFTER) {
            log.giveUp(life.replica.given, follower.snapshot());
            tally.merge(Happening.SNAPSHOT, 1, Integer::sum);
        }
    }

    /** Lets some of a member's threads work, each for itself. */
    void steps(ReplicaMember member) {
        Life life = member.life;
        if (life == null) {
            return;
        }
        switch (random.nextInt(6)) {
            case 0 -> life.replica.loop.work();
            case 1 -> life.replica.reads.work();
            case 2 -> life.replica.writes.work();
            case 3 -> life.replica.timer.pass(random.nextInt(150));
            case 4 -> life.front.pass(random.nextInt(60));
            default -> life.replica.work();
        }
    }

    void elect(int candidate) {
        if (quorum.elect(candidate)) {
            tally.merge(Happening.ELECTION, 1, Integer::sum);
        }
    }

    /** What goes on when nothing special happens. One of them is behind more often than not. */
    void traffic(int slow) throws IOException {
        List<ReplicaMember> up =
                members.stream().filter(member -> member.life != null).toList();
        if (up.isEmpty()) {
            return;
        }
        int leader = quorum.leader(up.get(random.nextInt(up.size())).number);
        if (leader < 0 || random.nextInt(40) == 0) {
            elect(random.nextInt(members.size()));
        }
        if (leader >= 0) {
            lead(leader, slow);
        }
        for (ReplicaMember member : members) {
            Life life = member.life;
            if (life != null && random.nextInt(3) > 0) {
                apply(member, life, 1 + random.nextInt(8));
                life.front.pass(random.nextInt(6));
                fetch(life);
            }
        }
    }

    private void lead(int leader, int slow) throws IOException {
        for (ReplicaMember member : members) {
            if (member.number != slow || random.nextInt(8) == 0) {
                replicate(leader, member);
            }
        }
        if (random.nextInt(5) > 0) {
            quorum.log(leader).sync();
        }
        advance(leader);
    }

    private void fetch(Life life) {
        if (!life.replica.follower.whole()) {
            life.replica.timer.pass(random.nextInt(40));
        }
        if (random.nextInt(3) > 0) {
            life.replica.work(); // donors, too
        }
    }

    private void replicate(int leader, ReplicaMember member) throws IOException {
        switch (quorum.replicate(leader, member.number, 1 + random.nextInt(8))) {
            case NOTHING -> {
                // it is not reached
            }
            case SNAPSHOT -> install(leader, member);
            case ENTRIES -> {
                if (random.nextInt(4) > 0) {
                    quorum.log(member.number).sync();
                }
                if (random.nextInt(5) > 0) {
                    quorum.acknowledge(leader, member.number);
                }
            }
        }
    }

    /** The replica is told before or after the log on disk begins there. */
    private void install(int leader, ReplicaMember member) throws IOException {
        SimReplica replica = Objects.requireNonNull(member.life).replica;
        byte[] snapshot = quorum.log(leader).snapshot();
        int since = member.disk.now();
        tally.merge(Happening.INSTALL, 1, Integer::sum);
        boolean fails = random.nextInt(10) == 0;
        if (!fails || random.nextBoolean()) {
            quorum.install(leader, member.number);
        }
        replica.follower.restore(snapshot);
        replica.given = quorum.log(member.number).begin();
        if (fails) {
            crash(member, since);
        }
    }

    private void advance(int leader) {
        quorum.advance(leader);
        while (truth.entries() < quorum.committed()) {
            truth.take(quorum.committed(truth.entries() + 1));
        }
    }

    private void apply(ReplicaMember member, Life life, int most) throws IOException {
        PeerLog log = quorum.log(member.number);
        LogFollower follower = life.replica.follower;
        for (int i = 0; i < most && life.replica.given < log.committed(); i++) {
            long index = ++life.replica.given;
            Slot slot = log.slot(index);
            byte[] op = slot.op();
            byte[] answer = {};
            if (op == null) {
                follower.newTerm(index);
            } else {
                answer = follower.apply(index, op);
            }
            answer(life.pending.remove(index), slot, follower.whole() ? answer : null);
        }
    }

    /** A replica that is not whole has no answer, and who leads no more may not know. */
    private void answer(@Nullable Pending pending, Slot slot, byte @Nullable [] answer) {
        if (pending == null) {
            return;
        }
        if (answer == null || pending.slot() != slot || random.nextInt(20) == 0) {
            unknown(pending);
        } else {
            pending.answer().complete(answer);
        }
    }

    /** What has to hold after each event. */
    void check() throws IOException {
        for (ReplicaMember member : members) {
            Life life = member.life;
            if (life != null) {
                life.inspector.look(life.replica);
                keep(member, life);
            }
        }
        judge.check();
    }

    /** Looks what would be left without all that was not synced, when the log has been given up or the replica was filled. */
    private void keep(ReplicaMember member, Life life) throws IOException {
        long begin = quorum.log(member.number).begin();
        boolean whole = life.replica.follower.whole();
        if (member.kept.begin() == begin && member.kept.whole() == whole) {
            return;
        }
        if (whole && !member.kept.whole()) {
            tally.merge(Happening.FILLED, 1, Integer::sum);
        }
        SimDisk disk = member.disk.crashed(member.disk.now(), Loss.ALL, new Random(0));
        SimReplica left = new SimReplica(disk, () -> 0);
        String who = "the disk of member " + member.number + " in life " + member.lives;
        assertThat(left.follower.whole()).as("%s is whole", who).isEqualTo(whole);
        long reached = left.replica().applied();
        assertThat(whole ? reached : left.store.table().wanted(0))
                .as("%s has, or wants, what is in front of its log, whole=%s", who, whole)
                .isGreaterThanOrEqualTo(begin);
        new ReplicaInspector(truth, who).look(left);
        member.kept = new Kept(whole, reached, begin);
    }

    /** Everything works again: all come to have all, and to know the end of all. */
    void end() throws IOException {
        lossy = false;
        quorum.heal();
        for (ReplicaMember member : members) {
            if (member.life == null) {
                start(member);
            }
        }
        for (int round = 0; round < ROUNDS_MAX && !done(); round++) {
            if (quorum.leader(0) < 0) {
                elect(round % members.size());
            }
            settle();
        }
        assertThat(done()).as(this::where).isTrue();
        check();
        for (ReplicaMember member : members) {
            Life life = Objects.requireNonNull(member.life);
            life.inspector.lookAnew(life.replica);
            assertThat(life.replica.replica().applied()).isEqualTo(quorum.committed());
        }
    }

    private void settle() throws IOException {
        int leader = Math.max(0, quorum.leader(0));
        for (ReplicaMember member : members) {
            Life life = Objects.requireNonNull(member.life);
            if (quorum.replicate(leader, member.number, Integer.MAX_VALUE) == Quorum.Sent.SNAPSHOT) {
                quorum.install(leader, member.number);
                life.replica.follower.restore(quorum.log(leader).snapshot());
                life.replica.given = quorum.log(member.number).begin();
            }
            quorum.log(member.number).sync();
            quorum.acknowledge(leader, member.number);
        }
        advance(leader);
        for (ReplicaMember member : members) {
            Life life = Objects.requireNonNull(member.life);
            apply(member, life, Integer.MAX_VALUE);
            life.front.pass(5);
            if (!life.replica.follower.whole()) {
                life.replica.timer.pass(10);
            }
            life.replica.work();
        }
    }

    private boolean done() {
        return members.stream().allMatch(member -> {
            Life life = member.life;
            return life != null
                    && life.replica.follower.whole()
                    && life.replica.given == quorum.committed()
                    && quorum.log(member.number).end() == quorum.committed()
                    && life.appender.bytes() == 0;
        });
    }

    private String where() {
        List<String> all = new ArrayList<>();
        for (ReplicaMember member : members) {
            Life life = Objects.requireNonNull(member.life);
            PeerLog log = quorum.log(member.number);
            all.add("member " + member.number + " whole=" + life.replica.follower.whole() + " given="
                    + life.replica.given + " log=" + log.begin() + ".." + log.end() + " committed=" + log.committed()
                    + " waiting=" + life.appender.bytes());
        }
        return "all have all " + quorum.committed() + " entries and wait for nothing: " + all;
    }
}
