package io.wkmq.cluster.security;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS between nodes: version 1.3 only, with certificates on both sides signed by one of the configured authorities. Everything that
 * those authorities sign may act as a node, so they should sign nothing else. Names in certificates are ignored: nodes are
 * identified by their introductions, and trust each other equally.
 *
 * <p>Reloaded when the files change; existing connections are not affected. {@link #client} and {@link #server} may be called by
 * any thread and do not block; the other methods read files.
 */
public final class ClusterTls {
    private static final Logger log = LoggerFactory.getLogger(ClusterTls.class);
    private static final String[] PROTOCOLS = {"TLSv1.3"};

    private final TlsFiles files;
    private volatile SSLContext context;

    @GuardedBy("this")
    private TlsFiles.Content used;

    @GuardedBy("this")
    private @Nullable String lastProblem;

    /**
     * Loads the files and tests them with a handshake in memory.
     *
     * @throws ClusterTlsException if a node with these files could not talk to another one
     */
    public ClusterTls(TlsFiles files) throws ClusterTlsException {
        this.files = files;
        TlsFiles.Content content = files.read();
        context = load(content);
        used = content;
    }

    /** Creates the engine of the connecting side. */
    public SSLEngine client() {
        return engine(context, true);
    }

    /** Creates the engine of the accepting side. */
    public SSLEngine server() {
        return engine(context, false);
    }

    /**
     * Loads the files if their content has changed. If the new content cannot be used, the old one stays in use and the new one is
     * tried again at each call: a key and its certificate are not replaced atomically, and a certificate may not be valid yet.
     *
     * @return why the present files cannot be used, or null
     */
    public synchronized @Nullable String reloadIfChanged() {
        try {
            TlsFiles.Content content = files.read();
            if (!content.sameAs(used)) {
                context = load(content);
                used = content;
            }
            lastProblem = null;
        } catch (ClusterTlsException e) {
            if (!String.valueOf(e.getMessage()).equals(lastProblem)) {
                lastProblem = e.getMessage();
                log.error(
                        "The cluster's TLS files have changed and cannot be used, the old ones stay: {}", lastProblem);
            }
        }
        return lastProblem;
    }

    private SSLContext load(TlsFiles.Content content) throws ClusterTlsException {
        SSLContext loaded = content.context();
        String problem = TlsTrial.run(engine(loaded, true), engine(loaded, false));
        if (problem != null) {
            throw new ClusterTlsException(files.key() + " does not belong to " + files.cert()
                    + ", or cannot be used with TLS 1.3: " + problem);
        }
        X509Certificate certificate = content.chain().get(0);
        Instant notAfter = certificate.getNotAfter().toInstant();
        log.info("The cluster's TLS files are loaded certificate={} validUntil={}", files.cert(), notAfter);
        return loaded;
    }

    private static SSLEngine engine(SSLContext context, boolean client) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(client);
        if (!client) {
            engine.setNeedClientAuth(true);
        }
        engine.setEnabledProtocols(PROTOCOLS);
        return engine;
    }
}
