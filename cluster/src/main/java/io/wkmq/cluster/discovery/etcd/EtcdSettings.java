package io.wkmq.cluster.discovery.etcd;

import io.wkmq.cluster.discovery.http.PemFiles;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Settings of the etcd strategy.
 *
 * @param cluster the cluster's name; nodes of other clusters have other keys
 * @param servers the servers, any of which may be used
 * @param prefix the prefix of the keys
 * @param nodeTtl how long a silent node stays listed
 * @param user the user; empty if etcd does not require one
 * @param password the user's password
 * @param files the files for TLS
 */
public record EtcdSettings(
        String cluster,
        List<URI> servers,
        String prefix,
        Duration nodeTtl,
        String user,
        String password,
        PemFiles files) {
    /** Makes an immutable copy of the servers. */
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
