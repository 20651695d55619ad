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
 * TLS between nodes: version 1.3 only, and both sides show a certificate that one of the authorities has signed. Whatever
 * those authorities sign may be a node, so they should sign nothing else. Names in the certificates are not looked at: nodes are
 * told apart by what they introduce themselves as, and trust each other equally.
 *
 * <p>Loaded again when its files change. A connection keeps what it began with. {@link #client} and {@link #server} may be called
 * by any thread and do not block; the other methods read files.
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
     * Loads the files and tries them out.
     *
     * @throws ClusterTlsException if a node with them could not talk to another one
     */
    public ClusterTls(TlsFiles files) throws ClusterTlsException {
        this.files = files;
        TlsFiles.Content content = files.read();
        context = load(content);
        used = content;
    }

    /** The engine of the side that has connected. */
    public SSLEngine client() {
        return engine(context, true);
    }

    /** The engine of the side that has been connected to. */
    public SSLEngine server() {
        return engine(context, false);
    }

    /**
     * Loads the files if their content is not what is in use. If they cannot be used the old ones stay in use, and the new
     * ones are tried again at each call: a key and its certificate are not replaced at the same moment, and a certificate may
     * come before its time.
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
