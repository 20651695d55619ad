package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.cp.RaftAlgorithmConfig;
import com.hazelcast.cp.internal.RaftEndpointImpl;
import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.state.LeaderState;
import com.hazelcast.cp.internal.raft.impl.state.RaftState;
import io.wkmq.testing.Await;
import io.wkmq.testing.sim.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests a Raft group of three members in this process whose leader hands over leadership. */
class HandoverTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MEMBERS = 3;

    /** Those of the product, but for a silence that is so long that nobody is replaced but by a hand-over. */
    private static final RaftAlgorithmConfig CONFIG = new RaftAlgorithmConfig()
            .setLeaderElectionTimeoutInMillis(CpSubsystem.OTHER_WATCH.toMillis())
            .setLeaderHeartbeatPeriodInMillis(100)
            .setMaxMissedLeaderHeartbeatCount(100);

    private final List<RaftMember> members = new ArrayList<>();

    HandoverTest() {
        Random random = Seeds.one("HandoverTest");
        for (int i = 0; i < MEMBERS; i++) {
            UUID uuid = new UUID(random.nextLong(), random.nextLong());
            members.add(new RaftMember(new RaftEndpointImpl(uuid), 1 + i, members, (from, to) -> true));
        }
        members.forEach(member -> member.start(CONFIG));
    }

    @AfterEach
    void end() {
        members.forEach(RaftMember::close);
    }

    private RaftMember leader() {
        Await.until(
                LIMIT,
                () -> "one leads whom all know",
                () -> members.stream()
                        .allMatch(member -> member.node().getLeader() != null
                                && member.node()
                                        .getLeader()
                                        .equals(members.get(0).node().getLeader())));
        return members.stream().filter(RaftMember::leads).findFirst().orElseThrow();
    }

    private RaftMember of(RaftEndpoint endpoint) {
        return members.stream()
                .filter(member -> member.endpoint.equals(endpoint))
                .findFirst()
                .orElseThrow();
    }

    private static void append(RaftMember leader, String entry) {
        leader.append(entry).orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Test
    void itIsOverOnceTheNextLeaderHasCommitted() {
        for (int round = 0; round < 10; round++) {
            RaftMember before = leader();
            append(before, "entry " + round);
            long[] committed = new long[2];
            before.inOneGo(() -> committed[0] = before.node().state().commitIndex());

            Handover.begin(before.node(), other -> true, LIMIT)
                    .thenAccept(done -> {
                        assertThat(done).isTrue();
                        committed[1] = before.node().state().commitIndex(); // on its thread
                    })
                    .toCompletableFuture()
                    .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();

            assertThat(committed[1]).as("with what the next leader begins with").isGreaterThan(committed[0]);
            assertThat(leader()).isNotSameAs(before);
        }
    }

    @Test
    void whoIsSlowIsNotWaitedForIfAnotherOneHasAll() {
        for (int round = 0; round < 6; round++) {
            RaftMember before = leader();
            RaftMember slow = members.get((members.indexOf(before) + 1) % MEMBERS);
            RaftMember quick = members.get((members.indexOf(before) + 2) % MEMBERS);
            append(before, "for all " + round);
            slow.hold();
            CompletableFuture<?> last = before.append("not for the slow one " + round);

            boolean done = Handover.begin(before.node(), other -> true, LIMIT)
                    .toCompletableFuture()
                    .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();

            assertThat(done).isTrue();
            assertThat(last).isCompleted();
            assertThat(of(before.node().getLeader())).isSameAs(quick);
            slow.letGo();
        }
    }

    @Test
    void whoHasAllAndStandsStillIsNotWaitedForEither() {
        for (int round = 0; round < 10; round++) {
            RaftMember before = leader();
            RaftMember still = members.get((members.indexOf(before) + 1) % MEMBERS);
            RaftMember quick = members.get((members.indexOf(before) + 2) % MEMBERS);
            append(before, "for all " + round);
            Await.until(LIMIT, () -> "the leader knows that all have it", () -> knowsThatAllHaveAll(before));
            still.hold();

            boolean done = Handover.begin(before.node(), other -> true, LIMIT)
                    .toCompletableFuture()
                    .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();

            assertThat(done).isTrue();
            assertThat(of(before.node().getLeader())).isSameAs(quick);
            still.letGo();
        }
    }

    private static boolean knowsThatAllHaveAll(RaftMember leader) {
        boolean[] all = new boolean[1];
        leader.inOneGo(() -> {
            RaftState state = leader.node().state();
            LeaderState leading = state.leaderState();
            all[0] = leading != null
                    && leading.getFollowerStates().values().stream()
                            .allMatch(follower ->
                                    follower.matchIndex() == state.log().lastLogOrSnapshotIndex());
        });
        return all[0];
    }

    @Test
    void nobodyIsToBeAnsweredWhereNothingWasHandedOver() throws InterruptedException {
        RaftMember before = leader();
        CompletableFuture<Boolean> toNobody =
                Handover.begin(before.node(), other -> false, LIMIT).toCompletableFuture();
        assertThat(Handover.await(List.of(toNobody), LIMIT)).isFalse();
        assertThat(before.leads()).isTrue();

        CompletableFuture<Boolean> toAny =
                Handover.begin(before.node(), other -> true, LIMIT).toCompletableFuture();
        assertThat(Handover.await(List.of(toNobody, toAny), LIMIT)).isTrue();
        CompletableFuture<Boolean> never = new CompletableFuture<>();
        assertThat(Handover.await(List.of(toAny, never), Duration.ofMillis(1))).isFalse();
    }

    @Test
    void whomItIsMeantForIsWaitedFor() {
        RaftMember before = leader();
        RaftMember slow = members.get((members.indexOf(before) + 1) % MEMBERS);
        slow.hold();
        append(before, "not for the slow one yet");

        CompletableFuture<Boolean> done =
                Handover.begin(before.node(), slow.endpoint::equals, LIMIT).toCompletableFuture();
        assertThat(before.append("refused")).failsWithin(LIMIT);
        slow.letGo();

        assertThat(done.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join()).isTrue();
        assertThat(leader()).isSameAs(slow);
        assertThat(members).allSatisfy(member -> assertThat(member.applied()).doesNotContain("refused"));
    }
}
