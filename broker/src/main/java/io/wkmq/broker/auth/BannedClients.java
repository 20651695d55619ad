package io.wkmq.broker.auth;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.broker.auth.Ban.Kind;
import io.wkmq.plugins.api.ClientInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who must not connect, until when. Thread-safe: look-ups do not lock, changes do. Holds at most the given number of bans; bans that
 * have ended make room. Kept in memory only.
 */
public final class BannedClients {
    private record Key(Kind kind, String value) {}

    private final int bansMax;
    private final InstantSource clock;
    private final ConcurrentHashMap<Key, Ban> bans = new ConcurrentHashMap<>();

    @GuardedBy("this")
    private int size;

    /**
     * An empty table.
     *
     * @param bansMax how many bans it holds
     * @param clock tells when bans end
     */
    public BannedClients(int bansMax, InstantSource clock) {
        this.bansMax = bansMax;
        this.clock = clock;
    }

    /**
     * Adds a ban or replaces the one of the same client id, user name or address. Clients that are connected stay connected.
     *
     * @throws IllegalArgumentException if an address is banned and the value is not one
     * @throws IllegalStateException if the table is full of bans that have not ended
     */
    public synchronized void add(Ban ban) {
        Key key = key(ban.kind(), ban.value());
        if (!bans.containsKey(key)) {
            if (size == bansMax) {
                purge();
            }
            if (size == bansMax) {
                throw new IllegalStateException("There are " + bansMax + " bans already; expected less. Remove some");
            }
            size++;
        }
        bans.put(key, ban);
    }

    /**
     * Removes a ban.
     *
     * @return whether there was one
     * @throws IllegalArgumentException as {@link #add}
     */
    public synchronized boolean remove(Kind kind, String value) {
        boolean removed = bans.remove(key(kind, value)) != null;
        if (removed) {
            size--;
        }
        return removed;
    }

    /** The bans that have not ended, in order of kind and value. */
    public List<Ban> list() {
        Instant now = clock.instant();
        return bans.values().stream()
                .filter(ban -> !ended(ban, now))
                .sorted(Comparator.comparing(Ban::kind).thenComparing(Ban::value))
                .toList();
    }

    /** The ban that hits this client, or null. */
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
        Ban ban = bans.get(key);
        return ban == null || ended(ban, clock.instant()) ? null : ban;
    }

    @GuardedBy("this")
    private void purge() {
        Instant now = clock.instant();
        bans.values().removeIf(ban -> ended(ban, now));
        size = bans.size();
    }

    private static boolean ended(Ban ban, Instant now) {
        Instant until = ban.until();
        return until != null && !now.isBefore(until);
    }

    private static Key key(Kind kind, String value) {
        return switch (kind) {
            case CLIENT_ID, USER_NAME -> new Key(kind, value);
            case IP_ADDRESS -> new Key(kind, canonical(IpAddress.parse(value)));
        };
    }

    /** One text per address, whatever way it was written, and without the interface that IPv6 link-local addresses carry. */
    private static String canonical(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
