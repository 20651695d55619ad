package io.wkmq.cluster.discovery;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.membership.SeedSource;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the strategy repeatedly where other nodes are, for as long as the node lives, and remembers the nodes that were met.
 * Thread-safe; only the constructor and {@link #close} block. The strategy and the file are used on a thread of its own.
 */
public final class Discovery implements SeedSource, AutoCloseable {
    private static final Duration LOCK_PAUSE = Duration.ofMillis(500);
    /** Changes within this time are handled by one look. */
    private static final Duration WATCH_PAUSE = Duration.ofMillis(200);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(Discovery.class);

    private final DiscoveryStrategy strategy;
    private final PeersFile peers;
    private final int bootstrapExpect;
    private final Pace pace;
    private final RandomGenerator random;
    private final Looks looks;
    private final ScheduledThreadPoolExecutor thread;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean changeSeen = new AtomicBoolean();
    private final AtomicLong promiseNumbers = new AtomicLong();
    private final Map<Long, CompletableFuture<?>> promises = new ConcurrentHashMap<>();

    // Used only on the discovery thread.
    private @Nullable Announcement self;
    private boolean registered;
    private @Nullable String registerFailure;
    private int quietLooks;
    private boolean alone = true;
    private @Nullable String lockFailure;

    private volatile @Nullable Membership membership;
    private volatile @Nullable Future<?> nextLook;
    private volatile DiscoveryReport report;
    private volatile List<SeedAddress> seeds;
    private volatile boolean founded;
    private final Map<NodeId, SeedAddress> givenUp;

    /**
     * Reads the file of known nodes. From now on {@link #seeds} returns them; {@link #start} begins to look for others.
     *
     * @param strategy closed by {@link #close}
     * @param peersFile the file of known nodes, used by this node alone
     * @param bootstrapExpect how many nodes found a cluster; 0 if each may do so alone
     * @throws IOException if the file cannot be read; damaged content is set aside
     */
    public Discovery(
            DiscoveryStrategy strategy,
            Path peersFile,
            int bootstrapExpect,
            Pace pace,
            Clock clock,
            RandomGenerator random)
            throws IOException {
        this.strategy = strategy;
        this.peers = new PeersFile(peersFile);
        this.bootstrapExpect = bootstrapExpect;
        this.pace = pace;
        this.random = random;
        this.looks = new Looks(strategy.name(), clock);
        this.founded = peers.founded();
        this.report = looks.report(false, null, peers);
        this.seeds = merged(looks, peers);
        this.givenUp = peers.givenUp().stream()
                .collect(toUnmodifiableMap(peer -> peer.node().id(), KnownPeer::address));
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread created = new Thread(task, "wkmq-discovery");
            created.setDaemon(true); // a hung look into a directory must not keep the process alive
            return created;
        });
    }

    /**
     * Registers this node and starts to look for others. Must be called once.
     *
     * @param address the membership address of this node
     */
    public void start(Membership members, SeedAddress address) {
        membership = members;
        execute(() -> {
            self = new Announcement(members.self().node(), address);
            scheduleLook(Duration.ZERO);
            strategy.watch(this::lookSoon);
        });
        members.listen(new MembershipListener() {
            @Override
            public void here(Peer peer) {
                noteFounding(Discovery.this.here()); // now: a moment later the node may be gone
                execute(Discovery.this::membersChanged);
            }

            @Override
            public void gone(Peer peer) {
                execute(Discovery.this::membersChanged);
            }

            @Override
            public void cleaned(Node node, boolean mayComeBack) {
                if (mayComeBack) {
                    gaveUp(node.id());
                } else {
                    removed(node.id());
                }
            }
        });
    }

    @Override
    public List<SeedAddress> seeds() {
        return seeds;
    }

    /** Remembers a node that is a member now, and its membership address, durably. */
    public void met(Node node, SeedAddress address) {
        execute(() -> {
            peers.met(new KnownPeer(node, address));
            publish();
        });
    }

    @Override
    public List<Node> known() {
        return report.peers().stream().map(KnownPeer::node).toList();
    }

    @Override
    public Map<NodeId, SeedAddress> givenUp() {
        return givenUp;
    }

    private void gaveUp(NodeId node) {
        execute(() -> {
            peers.gaveUp(node);
            publish();
        });
    }

    /** Forgets a node that left or was removed. The strategy may still return its address. */
    public void removed(NodeId node) {
        execute(() -> {
            peers.removed(node);
            publish();
        });
    }

    /** Returns whether this node may consider itself a cluster now. */
    public Founding founding() {
        int here = here();
        Founding founding = new Founding(bootstrapExpect, here, founded, seeds.size());
        noteFounding(here); // once told that it may, the caller is not told otherwise later
        return founding;
    }

    /** Records, durably, that this node belongs to a cluster founded by others. A cluster that it founds is recorded automatically. */
    public void founded() {
        founded = true;
        execute(() -> {
            peers.markFounded();
            publish();
        });
    }

    /**
     * Tries for a time to become the only node that founds or joins a cluster. Completes with true if this node has the lock or the
     * strategy has none; with false if another node held it all the time or the strategy could not be asked, in which case the node
     * goes on without it.
     */
    public CompletionStage<Boolean> lock(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        CompletableFuture<Boolean> locked = promise();
        execute(() -> tryLock(locked, deadline));
        return locked;
    }

    /** Releases the lock, if this node has it. */
    public void unlock() {
        execute(this::unlockNow);
    }

    /** Looks now, whatever the pace; completes with the report. */
    public CompletionStage<DiscoveryReport> look() {
        CompletableFuture<DiscoveryReport> done = promise();
        execute(() -> {
            lookOnce();
            done.complete(report);
        });
        return done;
    }

    /** Returns the report of the last look. */
    public DiscoveryReport report() {
        return report;
    }

    /** Unregisters this node and ends the thread; waits 5 seconds for that at most. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        Future<?> current = nextLook;
        if (current != null) {
            current.cancel(true);
        }
        execute(this::unlockNow);
        execute(this::unregister);
        execute(thread::shutdown);
        boolean ended = false;
        try {
            ended = thread.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            log.warn("Discovery does not end, it is left behind strategy={} waited={}", strategy.name(), CLOSE_LIMIT);
            thread.shutdownNow();
        }
        strategy.close();
        promises.values()
                .forEach(promise -> promise.completeExceptionally(new CancellationException("Discovery was closed")));
    }

    /** Schedules a look because the strategy's answer may have changed. Any thread. */
    private void lookSoon() {
        if (changeSeen.compareAndSet(false, true)) {
            execute(() -> scheduleLook(WATCH_PAUSE));
        }
    }

    private void lookAndGoOn() {
        changeSeen.set(false); // first: later changes need another look
        if (closed.get()) {
            return;
        }
        boolean news = lookOnce();
        quietLooks = news ? 0 : quietLooks + 1;
        scheduleLook(pace.after(quietLooks, alone, random));
    }

    /** Returns true if it found something new. */
    private boolean lookOnce() {
        long start = System.nanoTime();
        boolean news = false;
        try {
            register();
            Found found = strategy.discover();
            news = looks.answered(found, since(start));
        } catch (IOException e) {
            looks.failed(text(e), since(start));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // by close
        } catch (RuntimeException bug) {
            log.error("Discovery failed, it goes on trying strategy={}", strategy.name(), bug);
            looks.failed("internal error: " + bug, since(start));
        }
        peers.retry();
        publish();
        return news;
    }

    /** A node that cannot register itself still looks for others. */
    private void register() throws InterruptedException {
        Announcement announcement = self;
        if (registered || announcement == null) {
            return;
        }
        try {
            strategy.register(announcement);
            registered = true;
            registerFailure = null;
        } catch (IOException e) {
            if (!text(e).equals(registerFailure)) {
                log.warn(
                        "This node cannot make itself known, it is tried again: {} strategy={}",
                        text(e),
                        strategy.name());
            }
            registerFailure = text(e);
        }
    }

    private void scheduleLook(Duration wait) {
        Future<?> before = nextLook;
        if (before != null) {
            before.cancel(false);
        }
        if (!closed.get()) {
            nextLook = schedule(wait, this::lookAndGoOn);
        }
    }

    private void noteFounding(int here) {
        if (!founded && here >= Math.max(2, bootstrapExpect)) {
            founded();
        }
    }

    private void membersChanged() {
        boolean aloneNow = here() == 1;
        if (aloneNow && !alone) {
            quietLooks = 0;
            // a look due to a change is not put off
            scheduleLook(changeSeen.get() ? WATCH_PAUSE : pace.after(0, true, random));
        }
        alone = aloneNow;
    }

    private void tryLock(CompletableFuture<Boolean> locked, long deadline) {
        boolean mine = false;
        try {
            mine = strategy.lock();
            lockFailure = null;
        } catch (IOException e) {
            if (!text(e).equals(lockFailure)) {
                log.warn("The lock for founding is not to be had: {} strategy={}", text(e), strategy.name());
            }
            lockFailure = text(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // by close
        } catch (RuntimeException bug) {
            log.error("The lock for founding failed, it is tried again strategy={}", strategy.name(), bug);
        }
        if (mine || closed.get() || System.nanoTime() - deadline >= 0) {
            locked.complete(mine);
        } else {
            Future<?> unused = schedule(LOCK_PAUSE, () -> tryLock(locked, deadline));
        }
    }

    private void unlockNow() {
        try {
            strategy.unlock();
        } catch (IOException e) {
            log.warn("The lock for founding ends by itself later: {} strategy={}", text(e), strategy.name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // by close
        }
    }

    private void unregister() {
        try {
            strategy.unregister();
        } catch (IOException e) {
            log.warn("That this node is here is forgotten later: {} strategy={}", text(e), strategy.name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // by close
        }
    }

    private int here() {
        Membership members = membership;
        return members == null ? 1 : members.peers().size() + 1;
    }

    private void publish() {
        seeds = merged(looks, peers); // before the report: a report must only cover looks whose seeds are known
        report = looks.report(registered, registerFailure, peers);
    }

    private static List<SeedAddress> merged(Looks looks, PeersFile peers) {
        Set<SeedAddress> merged = new LinkedHashSet<>(looks.found());
        peers.peers().forEach(peer -> merged.add(peer.address()));
        return List.copyOf(merged);
    }

    private <T> CompletableFuture<T> promise() {
        CompletableFuture<T> promise = new CompletableFuture<>();
        long number = promiseNumbers.incrementAndGet();
        promises.put(number, promise);
        CompletableFuture<T> unused = promise.whenComplete((result, failure) -> promises.remove(number));
        if (closed.get()) {
            promise.completeExceptionally(new CancellationException("Discovery was closed"));
        }
        return promise;
    }

    private void execute(Runnable task) {
        Future<?> unused = schedule(Duration.ZERO, task);
    }

    private Future<?> schedule(Duration wait, Runnable task) {
        try {
            return thread.schedule(() -> run(task), wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("Discovery is closed, nothing is done strategy={}", strategy.name());
            return CompletableFuture.completedFuture(null);
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException bug) {
            log.error("Discovery failed strategy={}", strategy.name(), bug);
        }
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private static String text(IOException e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }
}
