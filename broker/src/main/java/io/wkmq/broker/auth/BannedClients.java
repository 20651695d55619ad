package io.wkmq.broker.auth;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.broker.auth.Ban.Kind;
import io.wkmq.plugins.api.ClientInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bans. Thread-safe; look-ups take no lock, changes do. Bounded: expired bans are evicted when the table is full. Kept in
 * memory only, on every node of a cluster; the newer of two decisions about one client wins.
 */
public final class BannedClients {
    private static final int LIFTED_MAX = 10_000;

    private record Key(Kind kind, String value) {}

    private final int bansMax;
    private final InstantSource clock;
    private final ConcurrentHashMap<Key, BanWord> bans = new ConcurrentHashMap<>();

    @GuardedBy("this")
    private int size;

    /** Lifted bans, so that a node that was away does not bring them back. The oldest are forgotten first. */
    @GuardedBy("this")
    private final Map<Key, BanWord> lifted = new LinkedHashMap<>();

    private volatile Consumer<BanWord> listener = word -> {};

    /**
     * Creates an empty table.
     *
     * @param bansMax the maximum number of bans
     * @param clock determines when bans expire
     */
    public BannedClients(int bansMax, InstantSource clock) {
        this.bansMax = bansMax;
        this.clock = clock;
    }

    /** Sets the listener for later changes by administrators of this node. It must not block. */
    void listen(Consumer<BanWord> changed) {
        listener = changed;
    }

    /**
     * Adds a ban, or replaces that of the same client id, user name or address. Connected clients stay connected.
     *
     * @throws IllegalArgumentException if an address is banned and the value is not a valid one
     * @throws IllegalStateException if the table is full of unexpired bans
     */
    public void add(Ban ban) {
        BanWord word;
        synchronized (this) {
            Key key = key(ban.kind(), ban.value());
            word = new BanWord(ban.kind(), ban.value(), nextStamp(key), ban);
            if (!put(key, word)) {
                throw new IllegalStateException("There are " + bansMax + " bans already; expected less. Remove some");
            }
        }
        listener.accept(word);
    }

    /**
     * Removes a ban.
     *
     * @return whether there was one
     * @throws IllegalArgumentException as {@link #add}
     */
    public boolean remove(Kind kind, String value) {
        BanWord word;
        synchronized (this) {
            Key key = key(kind, value);
            if (!bans.containsKey(key)) {
                return false;
            }
            word = new BanWord(kind, value, nextStamp(key), null);
            lift(key, word);
        }
        listener.accept(word);
        return true;
    }

    /**
     * Applies a decision made on another node unless a newer one is known.
     *
     * @return false if there is no room for it
     * @throws IllegalArgumentException as {@link #add}
     */
    synchronized boolean merge(BanWord word) {
        Key key = key(word.kind(), word.value());
        BanWord known = known(key);
        if (known != null && !word.newerThan(known)) {
            return true;
        }
        if (word.ban() != null) {
            return put(key, word);
        }
        lift(key, word);
        return true;
    }

    /** Returns all known decisions, including lifted bans. */
    synchronized List<BanWord> words() {
        List<BanWord> words = new ArrayList<>(bans.values());
        words.addAll(lifted.values());
        return words;
    }

    @GuardedBy("this")
    private @Nullable BanWord known(Key key) {
        BanWord ban = bans.get(key);
        return ban == null ? lifted.get(key) : ban;
    }

    @GuardedBy("this")
    private long nextStamp(Key key) {
        BanWord known = known(key);
        long now = clock.millis();
        return known == null ? now : Math.max(now, known.stamp() + 1);
    }

    @GuardedBy("this")
    private boolean put(Key key, BanWord word) {
        if (!bans.containsKey(key)) {
            if (size == bansMax) {
                purge();
            }
            if (size == bansMax) {
                return false;
            }
            size++;
        }
        bans.put(key, word);
        lifted.remove(key);
        return true;
    }

    @GuardedBy("this")
    private void lift(Key key, BanWord word) {
        if (bans.remove(key) != null) {
            size--;
        }
        lifted.remove(key);
        lifted.put(key, word);
        if (lifted.size() > LIFTED_MAX) {
            lifted.remove(lifted.keySet().iterator().next());
        }
    }

    /** Returns the unexpired bans, ordered by kind and value. */
    public List<Ban> list() {
        Instant now = clock.instant();
        return bans.values().stream()
                .map(BanWord::ban)
                .filter(Objects::nonNull)
                .filter(ban -> !ended(ban, now))
                .sorted(Comparator.comparing(Ban::kind).thenComparing(Ban::value))
                .toList();
    }

    /** Returns a ban that applies to this client, or null. */
    @Nullable
    Ban find(ClientInfo client) {
        if (bans.isEmpty()) {
            return null;
        }
        Ban ban = current(new Key(Kind.CLIENT_ID, client.clientId()));
        String userName = client.userName();
        if (ban == null && userName != null) {
            ban = current(new Key(Kind.USER_NAME, userName));
        }
        InetSocketAddress peer = client.peer();
        InetAddress address = peer == null ? null : peer.getAddress();
        if (ban == null && address != null) {
            ban = current(new Key(Kind.IP_ADDRESS, canonical(address)));
        }
        return ban;
    }

    private @Nullable Ban current(Key key) {
        BanWord word = bans.get(key);
        Ban ban = word == null ? null : word.ban();
        return ban == null || ended(ban, clock.instant()) ? null : ban;
    }

    @GuardedBy("this")
    private void purge() {
        Instant now = clock.instant();
        bans.values().removeIf(word -> ended(word.ban(), now));
        size = bans.size();
    }

    private static boolean ended(@Nullable Ban ban, Instant now) {
        Instant until = ban == null ? null : ban.until();
        return until != null && !now.isBefore(until);
    }

    private static Key key(Kind kind, String value) {
        return switch (kind) {
            case CLIENT_ID, USER_NAME -> new Key(kind, value);
            case IP_ADDRESS -> new Key(kind, canonical(IpAddress.parse(value)));
        };
    }

    /** Returns the canonical text of an address, without the scope id that link-local IPv6 addresses carry. */
    private static String canonical(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
