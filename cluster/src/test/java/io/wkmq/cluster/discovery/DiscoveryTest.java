package io.wkmq.cluster.discovery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscoveryTest {
    private static final SeedAddress SELF = new SeedAddress("127.0.0.1", 6369);
    private static final SeedAddress OTHER = new SeedAddress("10.0.0.2", 6369);
    private static final Pace QUICK = new Pace(Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofMillis(8));
    private static final Pace SLOW = new Pace(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofHours(1));

    @TempDir
    Path directory;

    private final ScriptedStrategy strategy = new ScriptedStrategy();
    private final SomeMembers members = new SomeMembers(1);
    private Discovery discovery;

    @BeforeEach
    void open() throws IOException {
        discovery = discovery(0, QUICK);
    }

    @AfterEach
    void close() {
        discovery.close();
    }

    @Test
    void looksAgainAndAgain() {
        discovery.start(members, SELF);
        Await.until("it looked three times", () -> strategy.looks.get() >= 3);

        strategy.found = Found.of(List.of(OTHER));

        Await.until("it found the other node", () -> discovery.seeds().equals(List.of(OTHER)));
    }

    @Test
    void aChangeThatIsSeenIsLookedAtAtOnce() throws IOException {
        discovery.close();
        strategy.closed = false;
        Duration hour = Duration.ofHours(1);
        discovery = discovery(0, new Pace(hour, hour, hour));
        discovery.start(members, SELF);
        Await.until("it looked", () -> strategy.looks.get() == 1);
        Runnable changed = Objects.requireNonNull(strategy.changed);

        strategy.found = Found.of(List.of(OTHER));
        for (int i = 0; i < 1_000; i++) {
            changed.run();
        }

        Await.until("it found the other node", () -> discovery.seeds().equals(List.of(OTHER)));
        assertThat(strategy.looks.get()).as("looks for a thousand changes").isLessThan(50);
        strategy.found = Found.of(List.of());
        changed.run();
        Await.until("it is not found any more", () -> discovery.report().found().isEmpty());
    }

    @Test
    void aChangeIsNotPutOffByANodeThatGoes() throws IOException {
        discovery.close();
        strategy.closed = false;
        Duration hour = Duration.ofHours(1);
        discovery = discovery(0, new Pace(hour, hour, hour));
        Peer peer = SomeMembers.peer(2);
        members.come(peer);
        discovery.start(members, SELF);
        Await.until("it looked", () -> discovery.report().looks() == 1);

        strategy.found = Found.of(List.of(OTHER));
        Objects.requireNonNull(strategy.changed).run();
        members.go(peer);

        Await.until("it found the other node", () -> discovery.seeds().equals(List.of(OTHER)));
    }

    @Test
    void aLookForAChangeDoesNotKeepTheEnd() throws IOException {
        discovery.close();
        strategy.closed = false;
        Duration hour = Duration.ofHours(1);
        discovery = discovery(0, new Pace(hour, hour, hour));
        discovery.start(members, SELF);
        Await.until("it looked", () -> strategy.looks.get() == 1);
        Await.until("it is registered", () -> strategy.registered != null);
        strategy.hangs = true;
        Objects.requireNonNull(strategy.changed).run();
        Await.until("it looks", () -> strategy.looks.get() == 2);

        discovery.close();

        assertThat(strategy.registered).isNull();
    }

    @Test
    void aFailureIsToldAndWhatWasFoundStays() {
        strategy.found = Found.of(List.of(OTHER));
        discovery.start(members, SELF);
        Await.until("it found the other node", () -> !discovery.seeds().isEmpty());

        strategy.failure = new IOException("the directory is down");
        Await.until("it failed twice", () -> discovery.report().failures() >= 2);

        assertThat(discovery.report().failure()).isEqualTo("the directory is down");
        assertThat(discovery.report().found()).containsExactly(OTHER);
        assertThat(discovery.report().lastAnswer()).isNotNull();
        assertThat(discovery.seeds()).containsExactly(OTHER);

        strategy.failure = null;
        Await.until("it answers again", () -> discovery.report().failure() == null);
        assertThat(discovery.report().failures()).isZero();
    }

    @Test
    void anInternalErrorDoesNotEndIt() {
        strategy.bug = new IllegalStateException("a bug");
        discovery.start(members, SELF);
        Await.until("it failed", () -> discovery.report().failures() > 0);
        assertThat(discovery.report().failure()).contains("a bug");

        strategy.bug = null;

        Await.until("it answers", () -> discovery.report().lastAnswer() != null);
    }

    @Test
    void nodesThatWereMetAreSeedsAfterARestart() throws IOException {
        Peer peer = SomeMembers.peer(2);
        discovery.met(peer.node(), OTHER);
        Await.until("it is a seed", () -> discovery.seeds().equals(List.of(OTHER)));
        discovery.close();

        discovery = discovery(0, QUICK);

        assertThat(discovery.seeds()).containsExactly(OTHER);
        assertThat(discovery.report().peers()).containsExactly(new KnownPeer(peer.node(), OTHER));

        discovery.removed(peer.node().id());
        Await.until("it is forgotten", () -> discovery.seeds().isEmpty());
    }

    @Test
    void whatWasMetJustBeforeTheEndIsWritten() throws IOException {
        discovery.met(SomeMembers.peer(2).node(), OTHER);
        discovery.close();
        discovery = discovery(0, QUICK);

        assertThat(discovery.seeds()).containsExactly(OTHER);
    }

    @Test
    void nobodyIsNamedTwice() {
        strategy.found = Found.of(List.of(OTHER, SELF, OTHER));
        discovery.met(SomeMembers.peer(2).node(), OTHER);
        discovery.start(members, SELF);

        Await.until("both are seeds", () -> discovery.seeds().equals(List.of(OTHER, SELF)));
    }

    @Test
    void anEndlessAnswerIsCut() {
        strategy.found = Found.of(IntStream.rangeClosed(1, 5000)
                .mapToObj(port -> new SeedAddress("10.0.0.1", port))
                .toList());
        discovery.start(members, SELF);

        Await.until("it looked", () -> discovery.report().lastAnswer() != null);
        assertThat(discovery.seeds()).hasSize(Found.ADDRESSES_MAX);
        assertThat(discovery.report().remarks()).singleElement().asString().contains("5000");
    }

    @Test
    void makesTheNodeKnownAndTakesThatBackAtTheEnd() {
        strategy.registerFailure = new IOException("not now");
        discovery.start(members, SELF);
        Await.until("it looked", () -> discovery.report().looks() > 1);
        assertThat(discovery.report().registered()).isFalse();
        assertThat(discovery.report().registerFailure()).isEqualTo("not now");

        strategy.registerFailure = null;
        Await.until("it is registered", () -> discovery.report().registered());
        assertThat(strategy.registered)
                .isEqualTo(new Announcement(members.self().node(), SELF));

        discovery.close();
        assertThat(strategy.registered).isNull();
        assertThat(strategy.closed).isTrue();
    }

    @Test
    void aNodeThatLosesTheOthersLooksAtOnce() throws IOException {
        discovery.close();
        strategy.closed = false;
        discovery = discovery(0, SLOW);
        Peer peer = SomeMembers.peer(2);
        members.come(peer);
        discovery.start(members, SELF);
        Await.until("its waits got long", () -> strategy.looks.get() >= 10);
        long before = strategy.looks.get();

        members.go(peer);

        Await.until("it looks often", () -> strategy.looks.get() > before + 20);
    }

    @Test
    void anAdministratorNeedNotWaitForTheNextLook() throws Exception {
        discovery.close();
        strategy.closed = false;
        Duration hour = Duration.ofHours(1);
        discovery = discovery(0, new Pace(hour, hour, hour));
        discovery.start(members, SELF);
        Await.until("the first look is over", () -> discovery.report().looks() == 1);
        strategy.found = Found.of(List.of(OTHER));

        DiscoveryReport report = discovery.look().toCompletableFuture().get(10, SECONDS);

        assertThat(report.found()).containsExactly(OTHER);
        assertThat(report.looks()).isEqualTo(2);
    }

    @Test
    void theLockIsWaitedFor() throws Exception {
        strategy.lockedByOther = true;
        CompletableFuture<Boolean> lock = discovery.lock(Duration.ofMinutes(1)).toCompletableFuture();
        strategy.lockedByOther = false;

        assertThat(lock.get(10, SECONDS)).isTrue();
        discovery.unlock();
        Await.until("it is given back", () -> !strategy.locked);
    }

    @Test
    void aLockThatIsNotToBeHadDoesNotStopTheNode() throws Exception {
        strategy.lockedByOther = true;
        assertThat(discovery.lock(Duration.ZERO).toCompletableFuture().get(10, SECONDS))
                .isFalse();

        strategy.failure = new IOException("down");
        assertThat(discovery.lock(Duration.ZERO).toCompletableFuture().get(10, SECONDS))
                .isFalse();
    }

    @Test
    void theEndInterruptsALookThatHangs() {
        strategy.hangs = true;
        discovery.start(members, SELF);
        Await.until("it looks", () -> strategy.looks.get() > 0);
        CompletableFuture<DiscoveryReport> look = discovery.look().toCompletableFuture();
        strategy.hangs = false;

        discovery.close();

        assertThat(strategy.closed).isTrue();
        assertThat(look).isDone();
        assertThatThrownBy(() -> discovery.look().toCompletableFuture().join())
                .isInstanceOf(CancellationException.class);
        Await.until(
                "its thread has ended",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("wkmq-discovery")));
    }

    @Test
    void aClusterIsFoundedWhenEnoughNodesAreHere() throws IOException {
        discovery.close();
        strategy.closed = false;
        discovery = discovery(3, QUICK);
        strategy.found = Found.of(List.of(SELF, OTHER, new SeedAddress("10.0.0.3", 6369)));
        discovery.start(members, SELF);
        members.come(SomeMembers.peer(2));
        Await.until("all are known", () -> discovery.seeds().size() == 3);

        assertThat(discovery.founding().met()).as("known is not here").isFalse();
        assertThat(discovery.founding().why()).isEqualTo("waits: 2 of 3 nodes are here, 3 addresses are known");

        members.come(SomeMembers.peer(3));
        assertThat(discovery.founding().met()).isTrue();
        members.go(SomeMembers.peer(2));
        members.go(SomeMembers.peer(3));
        Await.until("it is noted", () -> discovery.founding().before());
        assertThat(discovery.founding().met())
                .as("once founded, always founded")
                .isTrue();

        discovery.close();
        discovery = discovery(3, QUICK);
        assertThat(discovery.founding().met()).as("after a restart, alone").isTrue();
    }

    @Test
    void aNodeThatJoinsAFoundedClusterNeedNotFoundIt() throws IOException {
        discovery.close();
        discovery = discovery(3, QUICK);
        assertThat(discovery.founding().met()).isFalse();

        discovery.founded();

        assertThat(discovery.founding().met()).isTrue();
    }

    @Test
    void withoutExpectationEachNodeIsACluster() {
        assertThat(discovery.founding().met()).isTrue();
    }

    @Test
    void aNodeThatNobodyWaitsForIsForgotten() {
        Peer other = SomeMembers.peer(2);
        discovery.start(members, SELF);
        discovery.met(other.node(), OTHER);
        Await.until("it is known", () -> discovery.known().equals(List.of(other.node())));

        members.clean(other.node(), false);

        Await.until("it is forgotten", () -> discovery.known().isEmpty());
        assertThat(discovery.seeds()).isEmpty();
    }

    @Test
    void aNodeThatIsDeadForLongIsFoundByTheNextRun() throws IOException {
        Peer other = SomeMembers.peer(2);
        discovery.start(members, SELF);
        discovery.met(other.node(), OTHER);
        members.clean(other.node(), true);
        Await.until("it is forgotten", () -> discovery.known().isEmpty());
        assertThat(discovery.seeds()).isEmpty();

        discovery.close();
        discovery = discovery(0, QUICK);

        assertThat(discovery.seeds()).isEmpty();
        assertThat(discovery.givenUp()).isEqualTo(Map.of(other.id(), OTHER));
    }

    @Test
    void reportTellsWhatIsWrong() {
        strategy.failure = new IOException("the directory is down");
        discovery.start(members, SELF);

        Await.until("it failed", () -> discovery.report().failure() != null);

        assertThat(discovery.report().strategy()).isEqualTo("scripted");
        assertThat(discovery.report().failure()).contains("the directory is down");
    }

    @Test
    void aStrategyWithABugInItsLockDoesNotHoldUpTheNode() throws Exception {
        strategy.bug = new IllegalStateException("a bug");
        assertThat(discovery.lock(Duration.ZERO).toCompletableFuture().get(10, SECONDS))
                .isFalse();
        CompletableFuture<Boolean> lock = discovery.lock(Duration.ofMinutes(1)).toCompletableFuture();
        strategy.bug = null;
        assertThat(lock.get(10, SECONDS)).isTrue();
    }

    private Discovery discovery(int expect, Pace pace) throws IOException {
        return new Discovery(strategy, directory.resolve("peers"), expect, pace, Clock.systemUTC(), new Random(7));
    }
}
