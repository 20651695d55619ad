package io.wkmq.cluster.discovery.dns;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import org.jspecify.annotations.Nullable;

/**
 * Queries name servers for SRV records, using Java's own DNS client. That is accessible only through JNDI, which is banned
 * elsewhere because some of its providers create objects from what a server sends; the DNS provider creates strings only.
 * Immutable.
 */
@SuppressWarnings({"BanJNDI", "JdkObsolete"})
final class SrvLookup {
    /** Doubled with each try: 1, 2 and 4 seconds per server. */
    private static final String FIRST_TIMEOUT_MS = "1000";

    private static final String TRIES = "3";

    private final String servers;

    /**
     * Creates a look-up.
     *
     * @param servers {@code dns:} for the host's name servers, or {@code dns://address:port}
     */
    SrvLookup(String servers) {
        this.servers = servers;
    }

    /** Returns the records as {@code priority weight port target}. */
    List<String> records(String name) throws IOException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, servers);
        environment.put("com.sun.jndi.dns.timeout.initial", FIRST_TIMEOUT_MS);
        environment.put("com.sun.jndi.dns.timeout.retries", TRIES);
        try {
            DirContext context = new InitialDirContext(environment);
            try {
                return texts(context.getAttributes(name, new String[] {"SRV"}).get("SRV"));
            } finally {
                context.close();
            }
        } catch (NameNotFoundException e) {
            throw new IOException("the name " + name + " does not exist", e);
        } catch (NamingException e) {
            Throwable cause = e.getRootCause() == null ? e : e.getRootCause();
            throw new IOException("the name servers do not answer for " + name + ": " + cause.getMessage(), e);
        }
    }

    private static List<String> texts(@Nullable Attribute records) throws NamingException {
        List<String> texts = new ArrayList<>();
        if (records != null) {
            for (Object record : Collections.list(records.getAll())) {
                texts.add(String.valueOf(record));
            }
        }
        return texts;
    }
}
