package io.wkmq.cluster.discovery.etcd;

import io.wkmq.cluster.discovery.http.PemFiles;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * What the etcd strategy needs to know.
 *
 * @param cluster the name; nodes of other clusters have other keys
 * @param servers any of them is asked
 * @param prefix of the keys
 * @param nodeTtl how long a node that is silent stays listed
 * @param user who asks; empty if etcd does not want to know
 * @param password of the user
 * @param files for TLS
 */
public record EtcdSettings(
        String cluster,
        List<URI> servers,
        String prefix,
        Duration nodeTtl,
        String user,
        String password,
        PemFiles files) {
    /** Takes an immutable copy of the servers. */
    public EtcdSettings {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("There is no server; expected one at least");
        }
    }

    String nodes() {
        return prefix + '/' + cluster + "/nodes/";
    }

    String lock() {
        return prefix + '/' + cluster + "/lock";
    }

    @Override
    public String toString() {
        return "EtcdSettings[cluster=" + cluster + ", servers=" + servers + ", prefix=" + prefix + ", nodeTtl="
                + nodeTtl + ", user=" + user + ", password=***, files=" + files + ']';
    }
}
