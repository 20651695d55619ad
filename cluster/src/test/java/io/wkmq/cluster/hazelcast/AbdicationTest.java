package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import io.wkmq.channel.engine.IndeterminateException;
import io.wkmq.channel.engine.LogClosedException;
import io.wkmq.channel.engine.LogFollower;
import io.wkmq.channel.engine.ReplicatedLog;
import io.wkmq.cluster.hazelcast.cp.CpChannels;
import io.wkmq.cluster.hazelcast.cp.CpGroups;
import io.wkmq.cluster.hazelcast.cp.CpSettings;
import io.wkmq.cluster.hazelcast.cp.CpStore;
import io.wkmq.cluster.hazelcast.cp.Transfer;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests three members in one process, each with a replica, of which some miss entries: they may be elected, but cannot answer. */
class AbdicationTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration TRANSFER_LIMIT = Duration.ofSeconds(5);
    private static final int NODES = 3;
    private static final int GROUP = 0;

    @TempDir
    private Path directory;

    private final List<IOException> broken = new CopyOnWriteArrayList<>();
    private final List<TestNode> nodes = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private int proposed;

    /** Counts what this member's replica was given, and whether it has an answer. */
    private static final class Follower implements LogFollower {
        private final List<String> applied = new CopyOnWriteArrayList<>();
        private volatile boolean whole = true;

        @Override
        public byte[] apply(long index, byte[] op) {
            applied.add(new String(op, StandardCharsets.US_ASCII));
            return whole ? op.clone() : new byte[0];
        }

        @Override
        public void newTerm(long index) {
            // another leader changes nothing
        }

        @Override
        public void requireUsable() {
            // nothing fails here
        }

        @Override
        public long applied() {
            return 0;
        }

        @Override
        public byte[] snapshot() {
            throw new IllegalStateException("No group here has so many entries");
        }

        @Override
        public void restore(byte[] snapshot) {
            throw new IllegalStateException("No group here has a snapshot");
        }

        @Override
        public boolean whole() {
            return whole;
        }

        @Override
        public long missed() {
            return whole ? 0 : 1;
        }
    }

    /** A member, its replica, and the group's log as seen by proposals there. */
    private record Member(TestNode node, CpChannels channels, Follower replica, ReplicatedLog log) {
        private HazelcastInstance hazelcast() {
            HazelcastInstance found = Hazelcast.getHazelcastInstanceByName(HazelcastMember.name(node.self, 2));
            assertThat(found).as("the first member").isNotNull();
            return found;
        }

        UUID uuid() {
            return hazelcast()
                    .getCPSubsystem()
                    .getCPSubsystemManagementService()
                    .getLocalCPMember()
                    .getUuid();
        }

        boolean leads() {
            RaftNodeImpl part = part();
            return part.getLocalMember().equals(part.getLeader());
        }

        /** Its part of the group. */
        RaftNodeImpl part() {
            RaftService raft = ((HazelcastInstanceProxy) hazelcast())
                    .getOriginal()
                    .node
                    .getNodeEngine()
                    .getService(RaftService.SERVICE_NAME);
            return raft.getAllRaftNodes().stream()
                    .filter(each -> each.getGroupId().getName().endsWith("-channels-" + GROUP))
                    .map(RaftNodeImpl.class::cast)
                    .findFirst()
                    .orElseThrow();
        }
    }

    @BeforeEach
    void start() throws Exception {
        List<Peer> peers = List.of(TestNode.peer("a"), TestNode.peer("b"), TestNode.peer("c"));
        List<Integer> ports =
                Stream.generate(TestNode::freePort).distinct().limit(NODES).toList();
        List<SeedAddress> seeds =
                ports.stream().map(port -> new SeedAddress(TestNode.HOST, port)).toList();
        List<CpChannels> channels = new ArrayList<>();
        List<Follower> replicas = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            Follower replica = new Follower();
            CpChannels made = new CpChannels((group, loop) -> replica, broken::add);
            Path files = directory.resolve("node-" + i);
            MemberSettings settings = TestNode.settings(ports.get(i))
                    .with(new CpSettings(
                            files.resolve("cp"),
                            NODES,
                            Duration.ofMillis(500),
                            CpStore.Limits.DEFAULTS,
                            broken::add,
                            made,
                            GROUP + 1));
            Peer self = peers.get(i);
            nodes.add(TestNode.start(self, settings, TestNode.front(self, settings, "secret"), () -> seeds, files));
            channels.add(made);
            replicas.add(replica);
        }
        nodes.get(0).awaitSees("b", "c");
        for (int i = 0; i < NODES; i++) {
            members.add(new Member(
                    nodes.get(i),
                    channels.get(i),
                    replicas.get(i),
                    channels.get(i).log(GROUP, LIMIT, LIMIT)));
        }
    }

    @AfterEach
    void end() {
        nodes.forEach(TestNode::close);
    }

    private Member leader() {
        Await.until(LIMIT, () -> "one leads", () -> members.stream().anyMatch(Member::leads));
        return members.stream().filter(Member::leads).findFirst().orElseGet(this::leader);
    }

    /** Has that one lead, for a moment at least. */
    private void elect(Member member) {
        Await.until(LIMIT, () -> member.node.self + " leads", () -> {
            if (!member.leads()) {
                var unused = get(Transfer.begin(leader().part(), member.uuid(), TRANSFER_LIMIT)
                        .toCompletableFuture());
            }
            return member.leads();
        });
    }

    private static <T> T get(CompletableFuture<T> future) {
        return future.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Proposes an entry there; returns nothing if it is answered, as a replica that has all does, else why nobody knows. */
    private String propose(Member member) {
        String entry = "entry " + proposed++;
        byte[] answer;
        try {
            answer = get(member.log
                    .propose(entry.getBytes(StandardCharsets.US_ASCII))
                    .toCompletableFuture());
        } catch (CompletionException e) {
            assertThat(e).as(entry).hasCauseInstanceOf(IndeterminateException.class);
            return e.toString();
        }
        assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo(entry);
        return "";
    }

    private void allAreAnswered() {
        for (Member member : members) {
            Await.until(
                    LIMIT,
                    () -> "an answer by way of " + member.node.self,
                    () -> propose(member).isEmpty());
        }
    }

    private void judge() {
        allAreAnswered();
        String last = "entry " + (proposed - 1);
        for (Member member : members) {
            Await.until(LIMIT, () -> member.node.self + " has all", () -> member.replica.applied.contains(last));
            assertThat(member.replica.applied)
                    .isEqualTo(members.get(0).replica.applied)
                    .doesNotHaveDuplicates();
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void whoMissesEntriesAnswersNothingAndHandsOver() {
        Member behind = members.get(1);
        behind.replica.whole = false;
        Await.until(LIMIT, () -> "it was asked while it led", () -> {
            elect(behind);
            return propose(behind).contains("being filled");
        });
        String unknown = "entry " + (proposed - 1);
        Await.until(LIMIT, () -> "another one leads", () -> !behind.leads() && leader().replica.whole);
        judge();
        assertThat(behind.replica.applied).as("what nobody was told of").contains(unknown);

        behind.replica.whole = true;
        elect(behind);
        judge();
    }

    @Test
    void nodeWhoseMemberHasEndedLeadsNothing() {
        CpChannels channels = members.get(0).channels;
        CpGroups groups = new CpGroups(channels, NODES, LIMIT);
        Await.until(LIMIT, () -> "it knows a leader", () -> groups.led(GROUP));
        assertThat(groups.where()).isNotNull();
        nodes.get(0).close();
        assertThat(groups.led(GROUP)).isFalse();
        assertThat(groups.leads(GROUP)).isFalse();
        assertThat(groups.where()).isNull();
        assertThat(groups.status(GROUP).toCompletableFuture()).isCompletedExceptionally();
        assertThat(groups.caughtUp(GROUP, LIMIT).toCompletableFuture())
                .failsWithin(LIMIT)
                .withThrowableThat()
                .withCauseInstanceOf(LogClosedException.class);
    }

    @Test
    void theOnlyOneThatMissesNothingComesToLead() {
        for (Member fit : members) {
            members.forEach(member -> member.replica.whole = member.equals(fit));
            elect(members.get((members.indexOf(fit) + 1) % NODES));
            Await.until(LIMIT, () -> fit.node.self + " leads, nobody proposes", fit::leads);
            allAreAnswered();
        }
        judge();
    }
}
