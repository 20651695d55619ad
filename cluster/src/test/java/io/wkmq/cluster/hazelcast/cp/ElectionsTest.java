package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.cp.RaftAlgorithmConfig;
import com.hazelcast.cp.internal.RaftEndpointImpl;
import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import io.wkmq.testing.Await;
import io.wkmq.testing.sim.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests a Raft group of three members in this process between which links are cut in one direction, or which hang. */
class ElectionsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MEMBERS = 3;

    /** That of the product. */
    private static final RaftAlgorithmConfig CONFIG = new RaftAlgorithmConfig()
            .setLeaderElectionTimeoutInMillis(CpSubsystem.OTHER_WATCH.toMillis())
            .setLeaderHeartbeatPeriodInMillis(100)
            .setMaxMissedLeaderHeartbeatCount(10);

    private record Link(RaftEndpoint from, RaftEndpoint to) {}

    private final List<RaftMember> members = new ArrayList<>();
    private final Set<Link> cuts = ConcurrentHashMap.newKeySet();
    private final List<String> acknowledged = new ArrayList<>();

    ElectionsTest() {
        Random random = Seeds.one("ElectionsTest");
        for (int i = 0; i < MEMBERS; i++) {
            UUID uuid = new UUID(random.nextLong(), random.nextLong());
            members.add(new RaftMember(
                    new RaftEndpointImpl(uuid), 1 + i, members, (from, to) -> !cuts.contains(new Link(from, to))));
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

    private List<RaftMember> without(RaftMember one) {
        return members.stream().filter(member -> member != one).toList();
    }

    /** Appends by whoever of them leads, until one is acknowledged. */
    private void append(List<RaftMember> some, String entry) {
        List<CompletableFuture<?>> tries = new ArrayList<>();
        Await.until(LIMIT, () -> entry + " is acknowledged", () -> {
            if (tries.stream().anyMatch(each -> each.isDone() && !each.isCompletedExceptionally())) {
                return true;
            }
            if (tries.stream().allMatch(CompletableFuture::isDone)) {
                some.stream().filter(RaftMember::leads).forEach(member -> tries.add(member.append(entry)));
            }
            return false;
        });
        acknowledged.add(entry);
    }

    private void appendSome(List<RaftMember> some, String mark) {
        for (int i = 0; i < 20; i++) {
            append(some, mark + i);
        }
    }

    /** All have the same, and in it what was acknowledged, in that order. */
    private void judge() {
        append(members, "the last");
        Await.until(
                LIMIT,
                () -> "all have all",
                () -> members.stream().allMatch(member -> member.applied().contains("the last")));
        List<String> applied = members.get(0).applied();
        members.forEach(member -> assertThat(member.applied()).isEqualTo(applied));
        assertThat(applied).containsSubsequence(acknowledged);
    }

    @Test
    void leaderThatHearsNobodyIsReplacedThoughItIsHeard() {
        RaftMember deaf = leader();
        List<RaftMember> others = without(deaf);
        appendSome(members, "before ");
        int term = deaf.term();
        others.forEach(other -> cuts.add(new Link(other.endpoint, deaf.endpoint)));
        CompletableFuture<?> unanswered = deaf.append("never answered");

        appendSome(others, "meanwhile ");
        Await.until(LIMIT, () -> "it leads no more", () -> !deaf.leads());
        int asked = deaf.preVotesAsked();
        Await.until(LIMIT, () -> "it looks for a leader", () -> deaf.preVotesAsked() > asked + 10);
        assertThat(unanswered).isCompletedExceptionally();
        assertThat(deaf.term()).as("what would depose the next leader").isEqualTo(term);

        cuts.clear();
        assertThat(leader()).isNotSameAs(deaf);
        judge();
    }

    @Test
    void leaderWhomNobodyHearsIsReplacedThoughItHearsAll() {
        RaftMember mute = leader();
        List<RaftMember> others = without(mute);
        appendSome(members, "before ");
        others.forEach(other -> cuts.add(new Link(mute.endpoint, other.endpoint)));

        appendSome(others, "meanwhile ");
        Await.until(LIMIT, () -> "it leads no more", () -> !mute.leads());
        assertThat(others).anySatisfy(other -> assertThat(other.silent()).contains(mute.address()));

        cuts.clear();
        judge();
    }

    @Test
    void leaderThatStandsStillIsReplacedAndFollowsWhenItGoesOn() {
        for (int i = 0; i < 3; i++) {
            RaftMember still = leader();
            appendSome(members, "before " + i + ' ');
            still.hold();
            appendSome(without(still), "meanwhile " + i + ' ');
            still.letGo();
            Await.until(LIMIT, () -> "it leads no more", () -> !still.leads());
        }
        judge();
    }

    @Test
    void whoIsAloneAsksNoMoreThanAFewTimesASecond() {
        RaftMember alone = leader();
        List<RaftMember> others = without(alone);
        others.forEach(RaftMember::hold);
        Await.until(LIMIT, () -> "it leads no more", () -> !alone.leads());
        int term = alone.term();
        long began = System.nanoTime();
        int before = alone.preVotesAsked();
        Await.until(LIMIT, () -> "it has asked often", () -> alone.preVotesAsked() - before >= 60);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(3));
        assertThat(alone.term()).isEqualTo(term);

        others.forEach(RaftMember::letGo);
        judge();
    }
}
