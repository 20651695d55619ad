package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.cp.RaftAlgorithmConfig;
import com.hazelcast.cp.CPGroupId;
import com.hazelcast.cp.CPMember;
import com.hazelcast.cp.internal.CPMemberInfo;
import com.hazelcast.cp.internal.RaftEndpointImpl;
import com.hazelcast.cp.internal.RaftGroupId;
import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftIntegration;
import com.hazelcast.cp.internal.raft.impl.RaftNode;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.cp.internal.raft.impl.RaftNodeStatus;
import com.hazelcast.cp.internal.raft.impl.dto.AppendFailureResponse;
import com.hazelcast.cp.internal.raft.impl.dto.AppendRequest;
import com.hazelcast.cp.internal.raft.impl.dto.AppendSuccessResponse;
import com.hazelcast.cp.internal.raft.impl.dto.InstallSnapshot;
import com.hazelcast.cp.internal.raft.impl.dto.PreVoteRequest;
import com.hazelcast.cp.internal.raft.impl.dto.PreVoteResponse;
import com.hazelcast.cp.internal.raft.impl.dto.TriggerLeaderElection;
import com.hazelcast.cp.internal.raft.impl.dto.VoteRequest;
import com.hazelcast.cp.internal.raft.impl.dto.VoteResponse;
import com.hazelcast.logging.ILogger;
import com.hazelcast.logging.Logger;
import com.hazelcast.spi.impl.InternalCompletableFuture;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A member of a Raft group in one process, with its own thread and the product's elections. What it sends arrives at once or never. Keeps
 * nothing on disk. Thread-safe.
 */
final class RaftMember implements RaftIntegration, AutoCloseable {
    private static final String FIRST_OF_TERM = "the first of a leader";

    final RaftEndpoint endpoint;
    private final CPMember where;
    private final List<RaftMember> all;
    private final BiPredicate<RaftEndpoint, RaftEndpoint> link;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();
    private final List<String> applied = new CopyOnWriteArrayList<>();
    private final List<Address> silent = new CopyOnWriteArrayList<>();
    private final List<Long> pauses = new CopyOnWriteArrayList<>();
    private final AtomicInteger preVotesAsked = new AtomicInteger();
    private @Nullable RaftNodeImpl node;
    private volatile @Nullable Elections elections;
    private CountDownLatch held = new CountDownLatch(0);

    /**
     * One that is not started.
     *
     * @param all of the group, and this one
     * @param link whether what one sends to another arrives
     */
    RaftMember(
            RaftEndpointImpl endpoint, int number, List<RaftMember> all, BiPredicate<RaftEndpoint, RaftEndpoint> link) {
        this.endpoint = endpoint;
        this.all = all;
        this.link = link;
        try {
            this.where = new CPMemberInfo(endpoint.getUuid(), new Address("127.0.0.1", number));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    void start(RaftAlgorithmConfig config) {
        RaftNodeImpl made = startByHand(config);
        Elections watch = new Elections(
                () -> List.<RaftNode>of(made),
                new Elections.Whereabouts() {
                    @Override
                    public Address address(RaftEndpoint member) {
                        return find(member).where.getAddress();
                    }

                    @Override
                    public boolean isHere(Address address) {
                        return true;
                    }
                },
                Duration.ofMillis(
                        config.getLeaderHeartbeatPeriodInMillis() * config.getMaxMissedLeaderHeartbeatCount()),
                silent::add,
                System::nanoTime);
        elections = watch;
        long tick = Elections.TICK.toMillis();
        var unused = ticker.scheduleWithFixedDelay(watch, tick, tick, TimeUnit.MILLISECONDS);
    }

    /** Without elections: its candidacies are run by the test, and {@link #pauses} tells when they would have been. */
    RaftNodeImpl startByHand(RaftAlgorithmConfig config) {
        List<RaftEndpoint> members = new ArrayList<>();
        all.forEach(member -> members.add(member.endpoint));
        RaftNodeImpl made = RaftNodeImpl.newRaftNode(new RaftGroupId("group", 1, 1), endpoint, members, config, this);
        node = made;
        made.start();
        return made;
    }

    /** Does that on its thread, in one go. */
    void inOneGo(Runnable steps) {
        CompletableFuture.runAsync(steps, thread)
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    /** After how many milliseconds each time a candidacy wanted to be run again, oldest first. */
    List<Long> pauses() {
        return List.copyOf(pauses);
    }

    private RaftMember find(RaftEndpoint member) {
        return all.stream()
                .filter(each -> each.endpoint.equals(member))
                .findFirst()
                .orElseThrow();
    }

    RaftNodeImpl node() {
        if (node == null) {
            throw new IllegalStateException("The member was not started");
        }
        return node;
    }

    boolean leads() {
        return endpoint.equals(node().getLeader());
    }

    /** Its term, when all that came before has been done. */
    int term() {
        CompletableFuture<Integer> term = new CompletableFuture<>();
        thread.execute(() -> term.complete(node().state().term()));
        return term.orTimeout(30, TimeUnit.SECONDS).join();
    }

    /** What was committed, as far as it knows. */
    List<String> applied() {
        return List.copyOf(applied);
    }

    /** Where leaders were that were silent. */
    List<Address> silent() {
        return List.copyOf(silent);
    }

    Address address() {
        return where.getAddress();
    }

    /** How often it asked another one whether it would vote. */
    int preVotesAsked() {
        return preVotesAsked.get();
    }

    CompletableFuture<?> append(String entry) {
        return node().replicate(entry);
    }

    /** Does nothing any more, as a process that is stopped. */
    void hold() {
        CountDownLatch until = new CountDownLatch(1);
        held = until;
        thread.execute(() -> {
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Goes on. */
    void letGo() {
        held.countDown();
    }

    private boolean send(RaftEndpoint target, Consumer<RaftNodeImpl> message) {
        if (link.test(endpoint, target)) {
            message.accept(find(target).node());
        }
        return true; // nobody is told that it is lost
    }

    @Override
    public boolean send(PreVoteRequest request, RaftEndpoint target) {
        preVotesAsked.incrementAndGet();
        return send(target, to -> to.handlePreVoteRequest(request));
    }

    @Override
    public boolean send(PreVoteResponse response, RaftEndpoint target) {
        return send(target, to -> to.handlePreVoteResponse(response));
    }

    @Override
    public boolean send(VoteRequest request, RaftEndpoint target) {
        return send(target, to -> to.handleVoteRequest(request));
    }

    @Override
    public boolean send(VoteResponse response, RaftEndpoint target) {
        return send(target, to -> to.handleVoteResponse(response));
    }

    @Override
    public boolean send(AppendRequest request, RaftEndpoint target) {
        return send(target, to -> to.handleAppendRequest(request));
    }

    @Override
    public boolean send(AppendSuccessResponse response, RaftEndpoint target) {
        return send(target, to -> to.handleAppendResponse(response));
    }

    @Override
    public boolean send(AppendFailureResponse response, RaftEndpoint target) {
        return send(target, to -> to.handleAppendResponse(response));
    }

    @Override
    public boolean send(InstallSnapshot request, RaftEndpoint target) {
        return send(target, to -> to.handleInstallSnapshot(request));
    }

    @Override
    public boolean send(TriggerLeaderElection request, RaftEndpoint target) {
        return send(target, to -> to.handleTriggerLeaderElection(request));
    }

    @Override
    public ILogger getLogger(String name) {
        return Logger.noLogger();
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public boolean isReachable(RaftEndpoint member) {
        return true; // Hazelcast takes nobody for gone for many seconds
    }

    @Override
    public Object runOperation(Object operation, long index) {
        if (!operation.equals(FIRST_OF_TERM)) {
            applied.add((String) operation);
        }
        return operation;
    }

    @Override
    public Object takeSnapshot(long index) {
        throw new IllegalStateException("No group here has so many entries");
    }

    @Override
    public void restoreSnapshot(Object operation, long index) {
        throw new IllegalStateException("No group here has a snapshot");
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    @Override
    public void submit(Runnable task) {
        thread.execute(task);
    }

    @Override
    public void schedule(Runnable task, long delay, TimeUnit unit) {
        if (task instanceof Candidacy) {
            pauses.add(unit.toMillis(delay));
            if (elections == null) {
                return;
            }
        }
        var unused = thread.schedule(task, delay, unit);
    }

    @Override
    public InternalCompletableFuture<?> newCompletableFuture() {
        return new InternalCompletableFuture<>();
    }

    @Override
    public Object getAppendedEntryOnLeaderElection() {
        return FIRST_OF_TERM;
    }

    @Override
    public boolean isLinearizableReadOptimizationEnabled() {
        return true;
    }

    @Override
    public CPMember getCPMember(RaftEndpoint member) {
        return find(member).where;
    }

    @Override
    public void onNodeStatusChange(RaftNodeStatus status) {
        // nobody here leaves
    }

    @Override
    public void onGroupDestroyed(CPGroupId group) {
        throw new IllegalStateException("Nobody destroys the group");
    }

    @Override
    public void close() {
        letGo();
        ticker.shutdownNow();
        thread.shutdownNow();
    }
}
