package io.wkmq.broker.auth;

import io.wkmq.broker.auth.AccessDecision.Decided;
import io.wkmq.broker.auth.ConnectDecision.Accepted;
import io.wkmq.broker.auth.ConnectDecision.Refused;
import io.wkmq.broker.config.ListenerConfig;
import io.wkmq.broker.config.ListenerConfig.InetBind;
import io.wkmq.broker.config.ListenerConfig.UnixBind;
import io.wkmq.broker.plugin.HookRegistry;
import io.wkmq.broker.plugin.Hooks;
import io.wkmq.plugins.api.AuthenticationResult;
import io.wkmq.plugins.api.AuthenticationResult.Allowed;
import io.wkmq.plugins.api.AuthenticationResult.Denied;
import io.wkmq.plugins.api.AuthenticationResult.Ignored;
import io.wkmq.plugins.api.AuthenticationResult.Reason;
import io.wkmq.plugins.api.Authorization;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.plugins.api.Credentials;
import io.wkmq.plugins.api.EnhancedAuthenticator;
import io.wkmq.session.ReasonCode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may connect and what clients may do. Thread-safe; never blocks.
 *
 * <p>For a CONNECT it checks the bans first, then the user name of a verified certificate if the listener uses it, then the
 * chain of authenticators, then the rules for anonymous clients. An anonymous client has no user name, whatever name it
 * claimed: otherwise it would get the rights of that user.
 */
public final class AccessControl implements AutoCloseable {
    private static final long TICK_SECONDS = 1;

    private final AccessSettings settings;
    private final HookRegistry hooks;
    private final BannedClients banned;
    private final ScheduledFuture<?> clock;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder anonymous = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder deniedPublishes = new LongAdder();
    private final LongAdder deniedSubscribes = new LongAdder();

    /** Approximate seconds since the start. Reading it costs nothing; reading a clock for each message would. */
    private volatile long tick;

    /**
     * Creates an access control and starts its timer task.
     *
     * @param settings the configuration
     * @param hooks the hooks registered by plugins
     * @param banned who must not connect
     * @param timer runs a tiny task each second until {@link #close}
     */
    public AccessControl(
            AccessSettings settings, HookRegistry hooks, BannedClients banned, ScheduledExecutorService timer) {
        this.settings = settings;
        this.hooks = hooks;
        this.banned = banned;
        this.clock = timer.scheduleAtFixedRate(this::advance, TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Decides on a CONNECT without authentication method. The stage completes normally, within the plugins' time limits, on any
     * thread.
     *
     * @param listener the listener the client connected to
     * @param certifiedUserName the user name that the listener takes from the client's verified certificate, or null
     * @param client the client; its user name is replaced by the certified one or by that of the credentials
     * @param credentials the credentials it presented
     */
    public CompletionStage<ConnectDecision> authenticate(
            ListenerConfig listener, @Nullable String certifiedUserName, ClientInfo client, Credentials credentials) {
        ClientInfo claimed = client.as(certifiedUserName == null ? credentials.userName() : certifiedUserName, false);
        Ban ban = banned.find(claimed);
        if (ban != null) {
            return CompletableFuture.completedFuture(refuse(ban));
        }
        if (certifiedUserName != null) {
            return CompletableFuture.completedFuture(accept(listener, claimed, new Allowed(false, null, null)));
        }
        return Chain.firstAnswer(
                        hooks.current().authenticators().iterator(),
                        authenticator -> authenticator.authenticate(claimed, credentials),
                        AuthenticationResult.ignored())
                .thenApply(result -> conclude(listener, claimed, result));
    }

    /**
     * Starts an exchange of AUTH packets, for a CONNECT with an authentication method or a client that re-authenticates.
     *
     * @return null if no plugin supports the method: the client is refused with {@link ReasonCode#BAD_AUTHENTICATION_METHOD}
     */
    public @Nullable AuthExchange exchange(ListenerConfig listener, ClientInfo client, String method) {
        EnhancedAuthenticator authenticator = hooks.current().methods().get(method);
        if (authenticator == null) {
            return null;
        }
        return new AuthExchange(this, listener, client.as(client.userName(), false), authenticator);
    }

    /**
     * Returns the access rights of an accepted client.
     *
     * @param client the client as in {@link Accepted}
     * @param loop the client's event loop, on which late decisions are completed
     */
    public ClientAccess open(ClientInfo client, Executor loop) {
        PublishCache cache = settings.cacheAcl()
                ? new PublishCache(settings.cacheSizeMax(), settings.cacheTtl().toSeconds() / TICK_SECONDS, hooks())
                : null;
        return new ClientAccess(this, client, loop, cache);
    }

    /** Returns the banned clients. */
    public BannedClients banned() {
        return banned;
    }

    /** Returns how many decisions were made, by outcome. */
    public AccessCounts counts() {
        return new AccessCounts(
                accepted.sum(), anonymous.sum(), refused.sum(), deniedPublishes.sum(), deniedSubscribes.sum());
    }

    /** Cancels the timer task. */
    @Override
    public void close() {
        clock.cancel(false);
    }

    Hooks hooks() {
        return hooks.current();
    }

    long tick() {
        return tick;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // the timer is its only writer
    void advance() {
        tick++;
    }

    void countDeniedPublish() {
        deniedPublishes.increment();
    }

    void countDeniedSubscribe() {
        deniedSubscribes.increment();
    }

    Decided decide(Authorization answer) {
        return switch (answer) {
            case ALLOW -> Decided.ALLOWED;
            case DENY -> Decided.DENIED;
            case IGNORE -> settings.allowIfNoMatch() ? Decided.ALLOWED : Decided.DENIED;
        };
    }

    private ConnectDecision conclude(ListenerConfig listener, ClientInfo claimed, AuthenticationResult result) {
        if (result instanceof Allowed allowed) {
            return accept(listener, claimed, allowed);
        }
        if (result instanceof Denied denied) {
            return refuse(denied.reason());
        }
        assert result instanceof Ignored;
        if (settings.allowAnonymous() || (settings.allowAnonymousLoopback() && local(listener, claimed))) {
            return enter(listener, claimed.as(null, false), null);
        }
        return claimed.userName() == null
                ? refuse(ReasonCode.NOT_AUTHORIZED, "it has no user name, and anonymous clients are not allowed here")
                : refuse(Reason.BAD_CREDENTIALS);
    }

    ConnectDecision accept(ListenerConfig listener, ClientInfo claimed, Allowed allowed) {
        String rewritten = allowed.userName();
        String userName = rewritten == null ? claimed.userName() : rewritten;
        ClientInfo client = claimed.as(userName, allowed.superuser());
        Ban ban = banned.find(client);
        return ban == null ? enter(listener, client, allowed.mountpoint()) : refuse(ban);
    }

    private ConnectDecision enter(ListenerConfig listener, ClientInfo client, @Nullable String mountpoint) {
        String template = mountpoint == null ? listener.mountpoint() : mountpoint;
        String prefix = Mountpoint.expand(template, client);
        if (prefix == null) {
            return refuse(
                    ReasonCode.NOT_AUTHORIZED,
                    "the mountpoint '" + template + "' needs names of one topic level without wildcards");
        }
        (client.userName() == null ? anonymous : accepted).increment();
        return new Accepted(client, prefix);
    }

    ConnectDecision refuse(Reason reason) {
        return switch (reason) {
            case BAD_CREDENTIALS ->
                refuse(
                        ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                        "user name or password is wrong, or nobody knows the user");
            case NOT_AUTHORIZED -> refuse(ReasonCode.NOT_AUTHORIZED, "a plugin says that it must not connect");
            case BANNED -> refuse(ReasonCode.BANNED, "a plugin says that it is banned");
            case SERVER_BUSY -> refuse(ReasonCode.SERVER_BUSY, "too many clients are being authenticated");
            case SERVER_UNAVAILABLE ->
                refuse(ReasonCode.SERVER_UNAVAILABLE, "a plugin could not authenticate it, or not in time");
        };
    }

    @Nullable
    ConnectDecision refuseIfBanned(ClientInfo client) {
        Ban ban = banned.find(client);
        return ban == null ? null : refuse(ban);
    }

    private ConnectDecision refuse(Ban ban) {
        return refuse(ReasonCode.BANNED, "its " + ban.kind().words() + " is banned");
    }

    private ConnectDecision refuse(ReasonCode reason, String text) {
        refused.increment();
        return new Refused(reason, text);
    }

    /**
     * Returns whether the client is on this machine. Both ends must be local since a proxy may stand in front of a loopback
     * listener.
     */
    private static boolean local(ListenerConfig listener, ClientInfo client) {
        if (listener.address() instanceof InetBind bind) {
            InetSocketAddress peer = client.peer();
            InetAddress address = peer == null ? null : peer.getAddress();
            return address != null && address.isLoopbackAddress() && loopback(bind.host());
        }
        return listener.address() instanceof UnixBind && client.peer() == null;
    }

    private static boolean loopback(String host) {
        return host.equals("localhost")
                || (IpAddress.valid(host) && IpAddress.parse(host).isLoopbackAddress());
    }
}
