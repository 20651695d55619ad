package io.wkmq.cluster.discovery.etcd;

import io.wkmq.cluster.discovery.Announcement;
import io.wkmq.cluster.discovery.DiscoveryStrategy;
import io.wkmq.cluster.discovery.Found;
import io.wkmq.cluster.discovery.HostPort;
import io.wkmq.cluster.discovery.http.Json;
import io.wkmq.cluster.membership.SeedAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code etcd}: each node keeps the key {@code <prefix>/<cluster>/nodes/<node id>} with its name and address for as long as it
 * lives, and reads the keys of the others. The lock is the key {@code <prefix>/<cluster>/lock}, which expires after
 * {@value #LOCK_SECONDS} seconds. Used by the discovery thread; the watch and the registration have threads of their own, and
 * {@link #close} may be called on any.
 */
public final class EtcdStrategy implements DiscoveryStrategy {
    private static final int LOCK_SECONDS = 30;

    private final EtcdSettings settings;
    private final EtcdClient etcd;
    private @Nullable String lockLease;

    /** Started on the discovery thread, ended on another one, like the watch. */
    private volatile @Nullable Registration registration;

    private volatile @Nullable Watch watch;

    /** Creates a strategy that connects when first used. */
    public EtcdStrategy(EtcdSettings settings) {
        this.settings = settings;
        this.etcd = new EtcdClient(settings);
    }

    @Override
    public String name() {
        return "etcd";
    }

    @Override
    public Found discover() throws IOException, InterruptedException {
        Map<String, byte[]> entries = etcd.list(settings.nodes());
        List<SeedAddress> addresses = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        Registration own = registration;
        entries.forEach((key, value) -> {
            if (own != null && own.key().equals(key)) {
                return;
            }
            try {
                addresses.add(address(value));
            } catch (IOException | IllegalArgumentException e) {
                remarks.add("the key " + key + " holds no address of a node: " + e.getMessage());
            }
        });
        if (own != null) {
            check(own, entries, remarks);
        }
        return new Found(addresses, remarks);
    }

    private static void check(Registration own, Map<String, byte[]> entries, List<String> remarks) {
        String trouble = own.trouble();
        if (trouble != null) {
            remarks.add("this node is not registered: " + trouble);
        } else if (!entries.containsKey(own.key())) {
            remarks.add("the key of this node was gone, it is set again: " + own.key());
            own.lost();
        }
    }

    @Override
    public void watch(Runnable changed) {
        Watch begun = new Watch(new EtcdClient(settings), settings.nodes(), changed);
        watch = begun;
        begun.begin();
    }

    @Override
    public boolean lock() throws IOException, InterruptedException {
        if (lockLease != null && etcd.keepAlive(lockLease)) {
            return true;
        }
        String lease = etcd.grant(Duration.ofSeconds(LOCK_SECONDS));
        boolean mine = false;
        try {
            mine = etcd.create(settings.lock(), lease.getBytes(StandardCharsets.US_ASCII), lease);
        } finally {
            if (!mine) {
                etcd.revoke(lease);
            }
        }
        lockLease = mine ? lease : null;
        return mine;
    }

    @Override
    public void unlock() throws IOException, InterruptedException {
        String lease = lockLease;
        lockLease = null;
        if (lease != null) {
            etcd.revoke(lease);
        }
    }

    @Override
    public void register(Announcement self) throws IOException, InterruptedException {
        Registration before = registration;
        if (before != null) {
            String trouble = before.trouble();
            if (trouble != null) {
                throw new IOException(trouble);
            }
            return;
        }
        String value = new String(
                Json.object(fields -> fields.put("name", self.node().name().toString())
                        .put("host", self.address().host())
                        .put("port", self.address().port())),
                StandardCharsets.UTF_8);
        Registration made = new Registration(
                new EtcdClient(settings),
                settings.nodeTtl(),
                settings.nodes() + self.node().id(),
                value);
        registration = made;
        made.begin();
    }

    @Override
    public void unregister() throws IOException, InterruptedException {
        Registration own = registration;
        registration = null;
        if (own != null) {
            own.end();
        }
    }

    @Override
    public void close() {
        Watch begun = watch;
        if (begun != null) {
            begun.end();
        }
        Registration own = registration;
        if (own != null) {
            own.abandon();
        }
    }

    private static SeedAddress address(byte[] value) throws IOException {
        Json node = Json.parse(value);
        try {
            int port = Integer.parseInt(node.at("port").text());
            return new SeedAddress(new HostPort(node.at("host").text(), port).host(), port);
        } catch (NumberFormatException e) {
            throw new IOException("its port is '" + node.at("port").text() + "'", e);
        }
    }
}
