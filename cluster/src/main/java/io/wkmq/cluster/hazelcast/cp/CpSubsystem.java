package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.Config;
import com.hazelcast.config.cp.CPSubsystemConfig;
import com.hazelcast.cp.CPMember;
import com.hazelcast.cp.internal.RaftGroupId;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.cp.internal.persistence.CPPersistenceService;
import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftNode;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.spi.impl.NodeEngineImpl;
import com.hazelcast.spi.impl.operationservice.impl.RaftInvocationContext;
import io.wkmq.channel.storage.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable CP subsystem of one member, from before its start until after its end. {@link #open}, {@link #configure} and {@link #close}
 * are called by the thread that starts the member, the other methods by Hazelcast and by the code that runs the member.
 */
public final class CpSubsystem implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(CpSubsystem.class);

    private static final String EXECUTOR = "wkmq-cp";
    private static final long CORRECT_EVERY_MS = 300;

    /** The election timeout in heartbeats. */
    private static final int HEARTBEATS_IN_ELECTION = 5;

    /** The number of heartbeats that a leader may miss before it is replaced. */
    private static final int HEARTBEATS_MISSED = 10;

    /**
     * Hazelcast's own election timeout, to which it adds up to a second. Only a fallback to {@link Elections}: its check runs at an
     * arbitrary time, and if that falls between the vote for a candidate and its first message as leader, the new leader is replaced again.
     */
    static final Duration OTHER_WATCH = Duration.ofSeconds(30);

    /** After a planned leadership transfer, the time for clients of the former leader to get their answers and learn of the next one. */
    private static final Duration LAST_ANSWERS = Duration.ofMillis(100);

    private static final int ENTRIES_UNTIL_SNAPSHOT = 1_000;

    /** The maximum number of entries before a snapshot that stay in memory. */
    static final int ENTRIES_BEFORE_SNAPSHOT = ENTRIES_UNTIL_SNAPSHOT / LateSnapshots.KEPT_PER_SNAPSHOT;

    /**
     * The fraction of the heap for payloads that a restart reads into memory, for the channels and their registry. Divided equally among
     * the groups; exceeded by at most what arrives within a second.
     */
    private static final double LOGS_PART = 9 / 64.0;

    /**
     * The fraction of the heap for payloads of the newest entries while the groups run and nobody is slow, divided equally among the
     * groups.
     */
    private static final double RECENT_PART = 9 / 256.0;

    /** The upper bound of that for one group, even if there are few groups. */
    private static final double RECENT_PART_OF_ONE = 1 / 256.0;

    /** The maximum number of entries in one message to a follower. */
    static final int ENTRIES_PER_MESSAGE = 24;

    /** More than there are processors: each thread waits for the disk, and so do all groups that it serves. */
    private static final int THREADS = 8;

    /**
     * The period after which Hazelcast would balance the leaders of groups among all members, complete or not, refusing entries for up to a
     * second. Its scheduler does not accept 0.
     */
    private static final int REBALANCE_NEVER_SECONDS = Integer.MAX_VALUE;

    private final CpSettings settings;
    private final CpStore store;
    private final CpSlots<CpChange> kept;
    private final MemberStore member;
    private @Nullable Node node;
    private volatile @Nullable CpPersistence persistence;
    private volatile @Nullable CpAddresses addresses;
    private volatile @Nullable Elections elections;

    private CpSubsystem(CpSettings settings, CpStore store) {
        this.settings = settings;
        this.store = store;
        this.kept = store.takeKept();
        this.member = new MemberStore(store);
        member.restore(kept);
        if (settings.channels() != null) {
            settings.channels().writtenBy(store::figures);
        }
    }

    /**
     * Opens the durable state. A damaged log is put aside: the member then does not belong to the CP subsystem, like one that never did,
     * and may take its former place anew once its former identity has been removed, which {@link PlaceTaker} does.
     *
     * @throws io.wkmq.channel.storage.StorageException if it is in use, or of another version
     */
    public static CpSubsystem open(CpSettings settings, Disk disk) throws IOException {
        FormerLogs former = new FormerLogs(disk, settings.directory());
        CpStore store;
        try {
            store = open(settings, disk, former);
        } catch (DamagedCpLogException e) {
            LOG.error(
                    "What this node was told of the logs of channels, and its votes, are damaged. They are put aside: it is none of the"
                            + " nodes that keep the channels until it has taken its own place anew putAside={}",
                    former.putAside(e.formerly()),
                    e);
            store = open(settings, disk, former);
        }
        CpSubsystem opened = new CpSubsystem(settings, store);
        if (former.exist()) {
            // or nodes whose logs are all damaged would begin a CP subsystem of their own, beside that of the others
            opened.member.tryMarkAPMember();
        }
        return opened;
    }

    private static CpStore open(CpSettings settings, Disk disk, FormerLogs former) throws IOException {
        if (settings.channels() != null) {
            settings.channels().members().formerly(former.members(), former.unknown());
        }
        return CpStore.open(disk, settings.directory(), settings.limits(), settings.onBroken());
    }

    /** Configures Hazelcast to run a CP subsystem, and sets this member's identity in it. */
    public void configure(Config config) {
        CPSubsystemConfig cp = config.getCPSubsystemConfig();
        // Hazelcast's own persistence setting stays off, since it requires another edition
        cp.setCPMemberCount(settings.members())
                .setGroupSize(settings.members())
                // a member that was away for long comes back with all its data; only an administrator removes it
                .setMissingCPMemberAutoRemovalSeconds(0);
        cp.getRaftAlgorithmConfig()
                .setLeaderElectionTimeoutInMillis(OTHER_WATCH.toMillis())
                .setLeaderHeartbeatPeriodInMillis(heartbeat().toMillis())
                .setMaxMissedLeaderHeartbeatCount(HEARTBEATS_MISSED)
                .setAppendRequestMaxEntryCount(ENTRIES_PER_MESSAGE)
                .setCommitIndexAdvanceCountToSnapshot(ENTRIES_UNTIL_SNAPSHOT);
        config.setProperty("hazelcast.operation.thread.count", Integer.toString(THREADS));
        config.setProperty("hazelcast.raft.leadership.rebalance.period", Integer.toString(REBALANCE_NEVER_SECONDS));
        config.getSerializationConfig().addDataSerializableFactory(CpFactory.ID, new CpFactory());
        if (settings.channels() != null) {
            settings.channels().configure(config);
        }
        CpMember local = member.local();
        if (local != null) {
            config.getMemberAttributeConfig()
                    .setAttribute(CpAddresses.ATTRIBUTE, local.uuid().toString());
        }
    }

    /** Attaches this subsystem to a node. */
    public void attach(Node made) {
        node = made;
    }

    /** Called when the member leaves its cluster for another one without being restarted. */
    public void leaves() {
        CpChannels channels = settings.channels();
        if (channels != null) {
            channels.members().forgetOthers(Set.of()); // first, so that later questions are not sent to them
            channels.met();
        }
    }

    /** Called when the member may be among other nodes from now on without having been restarted. */
    public void met() {
        CpChannels channels = settings.channels();
        if (channels != null) {
            channels.met();
        }
    }

    /** Returns the service with which Hazelcast persists its state. */
    public CPPersistenceService persistence() {
        CpPersistence made = persistence;
        if (made == null) {
            made = new CpPersistence(
                    store, member, node().getSerializationService(), Math.min(partOfHeap(RECENT_PART), (long)
                            (Runtime.getRuntime().maxMemory() * RECENT_PART_OF_ONE)));
            persistence = made;
        }
        return made;
    }

    /** Restores the member's state. Called before it joins. */
    public void restore() {
        NodeEngineImpl engine = node().getNodeEngine();
        RaftService raft = engine.getService(RaftService.SERVICE_NAME);
        member.attach(new Gathering(engine.getClusterService(), node()::isRunning, settings.members()));
        if (settings.channels() != null) {
            settings.channels().attach(engine);
        }
        new CpRestore(raft, node().getThisAddress(), member, new CpObjects(node().getSerializationService())).run(kept);
        watchLeaders(engine, raft);
        CpAddresses corrected =
                new CpAddresses(raft, member, engine.getClusterService()::getMembers, node().getThisAddress());
        addresses = corrected;
        var unused = engine.getExecutionService()
                .scheduleWithRepetition(EXECUTOR, corrected, CORRECT_EVERY_MS, CORRECT_EVERY_MS, TimeUnit.MILLISECONDS);
    }

    private void watchLeaders(NodeEngineImpl engine, RaftService raft) {
        CpChannels channels = settings.channels();
        Consumer<Address> onSilent = channels == null ? address -> {} : channels::silent;
        Elections made = new Elections(
                raft::getAllRaftNodes,
                whereabouts(engine, raft),
                heartbeat().multipliedBy(HEARTBEATS_MISSED),
                onSilent,
                System::nanoTime);
        elections = made;
        LossWatch losses = new LossWatch(
                task -> engine.getExecutionService().execute(EXECUTOR, task),
                address -> {
                    if (channels != null) {
                        channels.lost(address);
                    }
                    made.lost(address);
                },
                channels == null ? address -> {} : channels::found);
        node().getServer().getConnectionManager(EndpointQualifier.MEMBER).addConnectionListener(losses);
        repeat(engine, made, Elections.TICK);
        if (channels != null) {
            RaftInvocationContext known = raft.getInvocationManager().getRaftInvocationContext();
            Node own = node();
            repeat(
                    engine,
                    new Abdication(raft, channels::whole, other -> isHere(own, known.getCPMember(other.getUuid()))),
                    Abdication.TICK);
            repeat(
                    engine,
                    new LateSnapshots(
                            engine, raft, channels::whole, this::shrink, ENTRIES_UNTIL_SNAPSHOT, partOfHeap(LOGS_PART)),
                    LateSnapshots.TICK);
        }
    }

    private void shrink(RaftGroupId group) {
        CpPersistence made = persistence;
        if (made != null) {
            made.shrink(group);
        }
    }

    /** Returns each group's share of a fraction of the heap. */
    private long partOfHeap(double part) {
        return (long) (Runtime.getRuntime().maxMemory() * part / (settings.channelGroups() + 1));
    }

    private static Elections.Whereabouts whereabouts(NodeEngineImpl engine, RaftService raft) {
        RaftInvocationContext known = raft.getInvocationManager().getRaftInvocationContext();
        return new Elections.Whereabouts() {
            @Override
            public @Nullable Address address(RaftEndpoint member) {
                CPMember found = known.getCPMember(member.getUuid());
                return found == null ? null : found.getAddress();
            }

            @Override
            public boolean isHere(Address address) {
                return engine.getClusterService().getMember(address) != null;
            }
        };
    }

    private static void repeat(NodeEngineImpl engine, Runnable task, Duration every) {
        var unused = engine.getExecutionService()
                .scheduleWithRepetition(EXECUTOR, task, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Duration heartbeat() {
        return settings.election().dividedBy(HEARTBEATS_IN_ELECTION);
    }

    /** Called when a member has joined or left. */
    public void membersChanged() {
        CpAddresses known = addresses;
        if (known != null) {
            known.run();
        }
        Elections electing = elections;
        if (electing != null) {
            electing.membersChanged();
        }
    }

    /**
     * Transfers the leadership of all groups that this member leads, and keeps answering its clients meanwhile. Called before a planned
     * shutdown. Blocks up to the limit, and slightly longer if another member then leads; does not block if this member leads no group.
     */
    public void handOver(Duration limit) {
        Node leaving = node;
        if (leaving == null || !leaving.isRunning()) {
            return;
        }
        RaftService raft = leaving.getNodeEngine().getService(RaftService.SERVICE_NAME);
        RaftInvocationContext known = raft.getInvocationManager().getRaftInvocationContext();
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (RaftNode each : raft.getAllRaftNodes()) {
            if (each instanceof RaftNodeImpl group && group.getLocalMember().equals(group.getLeader())) {
                all.add(Handover.begin(group, other -> isHere(leaving, known.getCPMember(other.getUuid())), limit)
                        .toCompletableFuture());
            }
        }
        if (all.isEmpty()) {
            return;
        }
        try {
            if (Handover.await(all, limit)) {
                Thread.sleep(LAST_ANSWERS.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isHere(Node leaving, @Nullable CPMember member) {
        return member != null && leaving.getClusterService().getMember(member.getAddress()) != null;
    }

    private Node node() {
        if (node == null) {
            throw new IllegalStateException("The CP subsystem was not given a node yet");
        }
        return node;
    }

    /** Releases the directory. Called when the member has stopped. */
    @Override
    public void close() throws IOException {
        store.close();
    }
}
