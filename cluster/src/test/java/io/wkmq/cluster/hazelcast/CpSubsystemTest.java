package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.cp.CPGroup;
import com.hazelcast.cp.IAtomicLong;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.spi.impl.executionservice.impl.ExecutionServiceImpl;
import io.wkmq.cluster.hazelcast.cp.CpSettings;
import io.wkmq.cluster.hazelcast.cp.CpStore;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests three members in this process, each with its own directory and ports. */
class CpSubsystemTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long DAYS_NEVER = 10_000;
    private static final String COUNTER = "counter@group";

    @TempDir
    private Path directory;

    private final List<IOException> broken = new CopyOnWriteArrayList<>();
    private final List<TestNode> nodes = new ArrayList<>();
    private final List<Peer> peers = List.of(TestNode.peer("a"), TestNode.peer("b"), TestNode.peer("c"));
    private List<Integer> ports = freePorts();
    private int life;

    @AfterEach
    void end() {
        nodes.forEach(TestNode::close);
    }

    private static List<Integer> freePorts() {
        return Stream.generate(TestNode::freePort).distinct().limit(3).toList();
    }

    private Path files(int node) {
        return directory.resolve("life-" + life).resolve("node-" + node);
    }

    private void start() {
        List<SeedAddress> seeds =
                ports.stream().map(port -> new SeedAddress(TestNode.HOST, port)).toList();
        for (int i = 0; i < peers.size(); i++) {
            Peer self = TestNode.nextRun(peers.get(i));
            MemberSettings settings = TestNode.settings(ports.get(i))
                    .with(new CpSettings(
                            files(i).resolve("cp"),
                            3,
                            Duration.ofMillis(500),
                            new CpStore.Limits(1 << 20, 1 << 20),
                            broken::add,
                            null,
                            0));
            nodes.add(TestNode.start(self, settings, TestNode.front(self, settings, "secret"), () -> seeds, files(i)));
        }
        nodes.get(0).awaitSees("b", "c");
    }

    /** Starts all members again with the files that they had while they ran, as after the end of their processes. */
    private void endHardAndStartAgain(List<Integer> newPorts, int... wiped) throws IOException {
        Path from = directory.resolve("life-" + life);
        Path to = directory.resolve("life-" + (life + 1));
        copy(from, to);
        end();
        nodes.clear();
        life++;
        ports = newPorts;
        for (int node : wiped) {
            delete(files(node).resolve("cp"));
        }
        start();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            for (Path each : all.toList()) {
                Files.delete(each);
            }
        }
    }

    private HazelcastInstance hazelcast(int node) {
        Peer self = nodes.get(node).self;
        HazelcastInstance found = Hazelcast.getHazelcastInstanceByName(HazelcastMember.name(self, 2));
        assertThat(found).as("the first member of this life").isNotNull();
        return found;
    }

    private IAtomicLong counter(int node) throws InterruptedException {
        assertThat(hazelcast(node)
                        .getCPSubsystem()
                        .getCPSubsystemManagementService()
                        .awaitUntilDiscoveryCompleted(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        return hazelcast(node).getCPSubsystem().getAtomicLong(COUNTER);
    }

    /** Returns what the counter says then. More may have been added: Hazelcast itself tries again what it had no answer to. */
    private static long add(IAtomicLong counter, int count) throws Exception {
        long before = counter.get();
        List<CompletionStage<Long>> added = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            added.add(counter.incrementAndGetAsync());
            if (i % 50 == 0 || i == count) {
                for (CompletionStage<Long> each : added) {
                    var unused = each.toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                }
                added.clear();
            }
        }
        assertThat(counter.get()).isGreaterThanOrEqualTo(before + count);
        return counter.get();
    }

    /** The terms of a member's groups. */
    private Map<String, Integer> terms(int node) {
        RaftService raft = ((HazelcastInstanceProxy) hazelcast(node))
                .getOriginal()
                .node
                .getNodeEngine()
                .getService(RaftService.SERVICE_NAME);
        return raft.getAllRaftNodes().stream()
                .collect(Collectors.toMap(
                        each -> each.getGroupId().getName(),
                        each -> ((RaftNodeImpl) each).state().term()));
    }

    /** Hazelcast's own rebalance is a task for after so long as no other one is. */
    private void awaitNoRebalance(int node) {
        ExecutionServiceImpl executors = (ExecutionServiceImpl) ((HazelcastInstanceProxy) hazelcast(node))
                .getOriginal()
                .node
                .getNodeEngine()
                .getExecutionService();
        Await.until(
                LIMIT,
                () -> "Hazelcast's own rebalance is never: " + delaysDays(executors),
                () -> delaysDays(executors).stream().anyMatch(days -> days > DAYS_NEVER));
    }

    private static List<Long> delaysDays(ExecutionServiceImpl executors) {
        return executors.getScheduledExecutorService().getQueue().stream()
                .map(task -> ((Delayed) task).getDelay(TimeUnit.DAYS))
                .toList();
    }

    private List<UUID> activeMembers(int node) throws Exception {
        return hazelcast(node)
                .getCPSubsystem()
                .getCPSubsystemManagementService()
                .getCPMembers()
                .toCompletableFuture()
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .stream()
                .map(each -> each.getUuid())
                .toList();
    }

    @Test
    void groupsGoOnWhereTheyWereAfterAllMembersEndedHard() throws Exception {
        start();
        long value = add(counter(0), 1_500); // more than lies between two snapshots
        Map<String, Integer> terms = terms(0);
        awaitNoRebalance(0);
        assertThat(terms).containsOnlyKeys(CPGroup.METADATA_CP_GROUP_NAME, "group");
        List<UUID> members = activeMembers(0);

        endHardAndStartAgain(ports);
        assertThat(counter(1).get()).isEqualTo(value);
        assertThat(activeMembers(1)).containsExactlyInAnyOrderElementsOf(members);
        awaitNoRebalance(1);
        terms(0).forEach((group, term) -> assertThat(term).isGreaterThanOrEqualTo(terms.get(group)));
        value = add(counter(2), 100);

        endHardAndStartAgain(freePorts());
        assertThat(counter(0).get()).isEqualTo(value);
        assertThat(activeMembers(0)).containsExactlyInAnyOrderElementsOf(members);
        value = add(counter(1), 100);
        Await.until(
                LIMIT,
                () -> "the addresses are written into the list",
                () -> hazelcast(0)
                        .getCPSubsystem()
                        .getCPSubsystemManagementService()
                        .getCPMembers()
                        .toCompletableFuture()
                        .join()
                        .stream()
                        .allMatch(each -> ports.contains(each.getAddress().getPort())));

        endHardAndStartAgain(ports);
        assertThat(counter(2).get()).isEqualTo(value);
        assertThat(broken).isEmpty();
    }

    @Test
    void wipedMemberThatStartsFirstHoldsNothingUpAndIsTakenInAnew() throws Exception {
        start();
        long value = add(counter(0), 200);
        List<UUID> before = activeMembers(0);

        endHardAndStartAgain(ports, 0);
        assertThat(counter(1).get()).isEqualTo(value);
        value = add(counter(2), 100);
        UUID gone = before.stream()
                .filter(uuid -> !uuid.equals(localMember(1)) && !uuid.equals(localMember(2)))
                .findFirst()
                .orElseThrow();
        var management = hazelcast(1).getCPSubsystem().getCPSubsystemManagementService();
        var unused = management.removeCPMember(gone).toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(counter(0).get()).isEqualTo(value);
        value = add(counter(0), 100);
        var unusedToo = hazelcast(0)
                .getCPSubsystem()
                .getCPSubsystemManagementService()
                .promoteToCPMember()
                .toCompletableFuture()
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(activeMembers(1)).hasSize(3).doesNotContain(gone).contains(localMember(0));
        Await.until(LIMIT, () -> "the new member has the groups, not " + terms(0), () -> terms(0).size() == 2);
        assertThat(counter(0).get()).isEqualTo(value);
        value = add(counter(0), 100);

        endHardAndStartAgain(ports);
        assertThat(counter(0).get()).isEqualTo(value);
        assertThat(broken).isEmpty();
    }

    private UUID localMember(int node) {
        return hazelcast(node)
                .getCPSubsystem()
                .getCPSubsystemManagementService()
                .getLocalCPMember()
                .getUuid();
    }
}
