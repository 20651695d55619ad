package io.wkmq.cluster.hazelcast;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import io.wkmq.channel.engine.Appender;
import io.wkmq.channel.engine.AppenderOptions;
import io.wkmq.channel.engine.ChannelReader;
import io.wkmq.channel.engine.EngineThread;
import io.wkmq.channel.engine.GroupReplica;
import io.wkmq.channel.engine.NewcomerException;
import io.wkmq.channel.engine.ReadStart;
import io.wkmq.channel.engine.ReplicaOptions;
import io.wkmq.channel.engine.ReplicaStore;
import io.wkmq.channel.engine.ReplicaThreads;
import io.wkmq.channel.engine.ReplicatedLog;
import io.wkmq.channel.group.ChannelRules;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.storage.LocalDisk;
import io.wkmq.cluster.channels.ChannelFetch;
import io.wkmq.cluster.hazelcast.cp.CpChannels;
import io.wkmq.cluster.hazelcast.cp.CpGroups;
import io.wkmq.cluster.hazelcast.cp.CpSettings;
import io.wkmq.cluster.hazelcast.cp.CpStore;
import io.wkmq.cluster.hazelcast.cp.LogMemory;
import io.wkmq.cluster.hazelcast.cp.Transfer;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.routing.NodeId;
import io.wkmq.testing.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The main class of a {@link ChannelNode}'s process: a member with replicas of two groups, and an appender for each. */
final class ChannelProcess {
    static final int GROUPS = 2;
    static final int CHANNELS = 4;

    private static final int NODES = 3;

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long STREAM_MS = 10;

    /** One message in each operation, so that there are many, and it is known how many. */
    private static final AppenderOptions APPENDING =
            new AppenderOptions(1, 64 << 10, 1, 64, LIMIT.toMillis(), 1_000, 20, 32 << 20);

    private final ReplicaStore replicas;
    private final CpChannels channels;
    private final CpGroups groups;
    private final List<ReplicatedLog> logs = new ArrayList<>();
    private final List<Appender> appenders = new ArrayList<>();

    private volatile boolean streaming;

    private ChannelProcess(ReplicaStore replicas, CpChannels channels) {
        this.replicas = replicas;
        this.channels = channels;
        this.groups = new CpGroups(channels, NODES, Duration.ofMillis(800));
    }

    /** Takes the node's name, its id, its port, the ports of all nodes, and its directory; then commands, one in each line. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[4]);
        ReplicaStore replicas = ReplicaStore.open(
                new LocalDisk(),
                directory.resolve("channels"),
                ReplicaOptions.defaults(GROUPS),
                new ReplicaThreads(
                        executor("reads"),
                        executor("gives"),
                        executor("writes"),
                        executor("scrubs"),
                        EngineThread.start("timer")));
        CpChannels channels = new CpChannels(replicas, ChannelProcess::end);
        Peer self = TestNode.peer(args[0], new NodeId(UUID.fromString(args[1])));
        MemberSettings settings = TestNode.settings(Integer.parseInt(args[2]))
                .with(new CpSettings(
                        directory.resolve("cp"),
                        NODES,
                        Duration.ofMillis(500),
                        CpStore.Limits.DEFAULTS,
                        ChannelProcess::end,
                        channels,
                        GROUPS));
        List<SeedAddress> seeds = Arrays.stream(args[3].split(",", -1))
                .map(port -> new SeedAddress(TestNode.HOST, Integer.parseInt(port)))
                .toList();
        try (TestNode node = TestNode.start(
                        self, settings, TestNode.front(self, settings, "secret"), () -> seeds, directory);
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            replicas.fetchFrom(ChannelFetch.start(node.membership, node.membership.messenger(), replicas::answer));
            Await.until(LIMIT, () -> "all are here", () -> node.sees().size() == 2);
            ChannelProcess process = new ChannelProcess(replicas, channels);
            process.begin();
            say("ready " + node.self.node().name().name());
            for (String line = commands.readLine(); line != null && !line.equals("quit"); line = commands.readLine()) {
                process.carryOut(line.split(" ", -1));
            }
        }
    }

    private static Executor executor(String name) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private static void end(IOException cause) {
        say("broken " + cause);
        System.out.flush();
        Runtime.getRuntime().halt(1);
    }

    private void begin() throws InterruptedException {
        for (int group = 0; group < GROUPS; group++) {
            ReplicatedLog log = log(group);
            logs.add(log);
            appenders.add(new Appender(
                    UUID.randomUUID(), log, EngineThread.start("appender-" + group), Clock.systemUTC(), APPENDING));
        }
    }

    private ReplicatedLog log(int group) throws InterruptedException {
        while (true) {
            try {
                return groups.log(group, LIMIT);
            } catch (NewcomerException e) {
                say("newcomer");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void carryOut(String[] command) {
        switch (command[0]) {
            case "configure" -> configure();
            case "load" -> load(Integer.parseInt(command[1]), Integer.parseInt(command[2]));
            case "append" -> append(command[1], Integer.parseInt(command[2]));
            case "leads" -> say("leads " + leads(Integer.parseInt(command[1])));
            case "stream" -> stream();
            case "still" -> streaming = false;
            case "member" ->
                say("member "
                        + raftNodes(0)
                                .findFirst()
                                .orElseThrow()
                                .getLocalMember()
                                .getUuid());
            case "yield" -> yieldTo(UUID.fromString(command[1]));
            case "remove" -> remove(command[1]);
            case "raft" -> raft();
            case "begins" -> begins();
            case "onlyOnDisk" -> onlyOnDisk();
            case "catchUp" -> catchUp();
            case "state" -> state();
            case "read" -> read(Integer.parseInt(command[1]));
            default -> throw new IllegalArgumentException("Unknown command " + command[0]);
        }
    }

    private void configure() {
        ChannelRules rules = new ChannelRules(1, 0, 0, 10, 60_000, Retention.FOR_EVER);
        for (int channel = 0; channel < CHANNELS; channel++) {
            byte[] op = OpCodec.encode(new GroupOp.Configure(channel, rules));
            while (!proposed(channel % GROUPS, op)) {
                // the group has to find a leader first
            }
        }
        say("configured");
    }

    private boolean proposed(int group, byte[] op) {
        CompletableFuture<byte[]> answer = logs.get(group).propose(op).toCompletableFuture();
        return get(answer.handle((done, failure) -> failure == null));
    }

    /** Appends messages with that mark, their numbers rising in each channel, and says of each where it is. */
    private void append(String mark, int count) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int channel = i % CHANNELS;
            String body = mark + ':' + i;
            all.add(appenders
                    .get(channel % GROUPS)
                    .append(channel, new Entry(body.getBytes(StandardCharsets.US_ASCII), null))
                    .whenComplete((appended, failure) -> say(
                            failure == null
                                    ? "appended " + channel + ' ' + appended.seq() + ' ' + body + " ."
                                    : "failed " + body + ' ' + failure))
                    .toCompletableFuture());
        }
        var unused = CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
                .whenComplete((nothing, failure) -> say("done " + mark));
    }

    /** Appends messages of so many bytes. */
    private void load(int count, int bytes) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int channel = i % CHANNELS;
            byte[] body = new byte[bytes];
            Arrays.fill(body, (byte) i);
            all.add(appenders
                    .get(channel % GROUPS)
                    .append(channel, new Entry(body, null))
                    .toCompletableFuture());
        }
        get(CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])));
        say("loaded");
    }

    /** Appends one message after the other in each group, and says when each is acknowledged. */
    private void stream() {
        streaming = true;
        for (int group = 0; group < GROUPS; group++) {
            streamNext(group);
        }
    }

    private void streamNext(int group) {
        if (!streaming) {
            return;
        }
        var unused = appenders
                .get(group)
                .append(group, new Entry(new byte[16], null))
                .whenComplete((appended, failure) -> {
                    say((failure == null ? "streamed " : "failed ") + group + ' ' + System.currentTimeMillis() + " .");
                    CompletableFuture.delayedExecutor(STREAM_MS, TimeUnit.MILLISECONDS)
                            .execute(() -> streamNext(group));
                });
    }

    /** Lets that member lead what this one leads. */
    private void yieldTo(UUID member) {
        StringBuilder all = new StringBuilder("yielded");
        for (int group = 0; group < GROUPS; group++) {
            all.append(' ')
                    .append(get(
                            Transfer.begin(raftNodes(group).findFirst().orElseThrow(), member, Duration.ofSeconds(2))));
        }
        say(all.toString());
    }

    private void remove(String lost) {
        say("remove " + get(groups.remove(lost).handle((nothing, failure) -> failure == null)));
    }

    private static Stream<RaftNodeImpl> raftNodes(int group) {
        RaftService raft = ((HazelcastInstanceProxy)
                        Hazelcast.getAllHazelcastInstances().iterator().next())
                .getOriginal()
                .node
                .getNodeEngine()
                .getService(RaftService.SERVICE_NAME);
        return raft.getAllRaftNodes().stream()
                .filter(node -> node.getGroupId().getName().endsWith("-channels-" + group))
                .map(RaftNodeImpl.class::cast);
    }

    private static boolean leads(int group) {
        return raftNodes(group).anyMatch(node -> node.getLocalMember().equals(node.getLeader()));
    }

    /** Says of each group how far its Raft log is committed here. */
    private static void raft() {
        StringBuilder all = new StringBuilder("raft");
        for (int group = 0; group < GROUPS; group++) {
            CompletableFuture<Long> committed = new CompletableFuture<>();
            raftNodes(group)
                    .forEach(node ->
                            node.execute(() -> committed.complete(node.state().commitIndex())));
            all.append(' ').append(get(committed));
        }
        say(all.toString());
    }

    /** Says of each group with which entry's snapshot its Raft log begins here. */
    private static void begins() {
        StringBuilder all = new StringBuilder("begins");
        for (int group = 0; group < GROUPS; group++) {
            CompletableFuture<Long> snapshot = new CompletableFuture<>();
            raftNodes(group)
                    .forEach(node -> node.execute(
                            () -> snapshot.complete(node.state().log().snapshotIndex())));
            all.append(' ').append(get(snapshot));
        }
        say(all.toString());
    }

    /** Says of each group how many operations in its Raft log have what they carry only on disk here. */
    private static void onlyOnDisk() {
        StringBuilder all = new StringBuilder("onlyOnDisk");
        for (int group = 0; group < GROUPS; group++) {
            CompletableFuture<Long> found = new CompletableFuture<>();
            raftNodes(group).forEach(node -> node.execute(() -> found.complete(LogMemory.onlyOnDisk(node))));
            all.append(' ').append(get(found));
        }
        say(all.toString());
    }

    /** Waits until this node's replicas have all that was acknowledged to anybody. */
    private void catchUp() {
        for (int group = 0; group < GROUPS; group++) {
            get(channels.caughtUp(group, LIMIT));
        }
        say("caughtUp");
    }

    /** Says what this node's replicas have. */
    private void state() {
        StringBuilder all = new StringBuilder("state");
        for (int channel = 0; channel < CHANNELS; channel++) {
            GroupReplica replica = replicas.replica(channel % GROUPS);
            Position position = replica == null ? null : get(replica.position(channel));
            all.append(' ').append(position == null ? "none" : position.next() + ":" + position.digest());
        }
        say(all.toString());
    }

    /** Says what this node's replica of a channel has. */
    private void read(int channel) {
        GroupReplica replica = replicas.replica(channel % GROUPS);
        Position position = replica == null ? null : get(replica.position(channel));
        if (replica == null || position == null) {
            throw new IllegalStateException("There is no channel " + channel);
        }
        try (ChannelReader reader = get(replica.read(channel, new ReadStart.Earliest()))) {
            while (reader.position() < position.next()) {
                for (ChannelRecord record : get(reader.read(100, 1 << 20)).records()) {
                    String body = new String(record.entry().body(), StandardCharsets.US_ASCII);
                    say("record " + channel + ' ' + record.seq() + ' ' + body + " .");
                }
            }
        }
        say("end " + channel);
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
