package io.wkmq.broker.listener;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.wkmq.broker.config.ListenerConfig.TlsConfig;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS context of one listener, rebuilt when its files change. A handshake uses the context that is current when it starts.
 * {@link #newHandler} may be called by any thread and does not block; the other methods read files and belong on a thread that
 * may block.
 *
 * <p>Uses BoringSSL where Netty's native library is available, which takes half the CPU time. Falls back to the JDK elsewhere
 * and when cipher suites are configured, because BoringSSL does not allow those of TLS 1.3 to be chosen.
 */
final class ReloadingTls {
    private static final Logger LOG = LoggerFactory.getLogger(ReloadingTls.class);
    private static final Set<String> VERSIONS = Set.of("TLSv1.2", "TLSv1.3");

    private final ListenerKey key;
    private final TlsConfig config;
    private volatile Loaded loaded;

    @GuardedBy("this")
    private @Nullable PemFiles lastTried; // null if they could not be read

    @GuardedBy("this")
    private @Nullable String lastProblem;

    private record Loaded(SslContext context, Instant notAfter) {}

    /** Loads the files; throws {@link ListenerException} if they cannot be used. */
    ReloadingTls(ListenerKey key, TlsConfig config) {
        this.key = key;
        this.config = config;
        PemFiles files = read();
        lastTried = files;
        loaded = load(files);
        logLoaded();
    }

    /** Returns a handler for a new connection. */
    SslHandler newHandler(ByteBufAllocator allocator) {
        return loaded.context().newHandler(allocator);
    }

    Instant notAfter() {
        return loaded.notAfter();
    }

    /**
     * Loads the files if their content differs from what was last tried. If they cannot be used, the old context stays, and the
     * files are tried again at their next change: a key and its certificate are not replaced atomically.
     *
     * @return why the present files cannot be used, or null
     */
    synchronized @Nullable String reloadIfChanged() {
        PemFiles tried = lastTried;
        lastTried = null;
        try {
            PemFiles files = read();
            lastTried = files;
            if (tried == null || !files.sameAs(tried)) {
                loaded = load(files);
                lastProblem = null;
                logLoaded();
            }
        } catch (ListenerException e) {
            if (!String.valueOf(e.getMessage()).equals(lastProblem)) {
                lastProblem = e.getMessage();
                LOG.error("the changed TLS files cannot be used, keeping the old ones: {}", lastProblem);
            }
        }
        return lastProblem;
    }

    private void logLoaded() {
        Instant notAfter = loaded.notAfter();
        LOG.info(
                "TLS files loaded listener={} certificate={} validUntil={} engine={}",
                key,
                config.certFile(),
                notAfter,
                provider() == SslProvider.JDK ? "jdk" : "boringssl");
        if (notAfter.isBefore(Instant.now())) {
            LOG.warn("the certificate has expired listener={} file={} validUntil={}", key, config.certFile(), notAfter);
        }
    }

    private PemFiles read() {
        try {
            return PemFiles.read(config);
        } catch (IOException e) {
            throw new ListenerException(key + ": cannot read a TLS file: " + e, e);
        }
    }

    private SslContext context(PemFiles files) throws GeneralSecurityException, SSLException {
        SslContextBuilder builder = SslContextBuilder.forServer(files.key(), files.chain())
                .sslProvider(provider())
                .protocols(checked("versions", config.versions(), VERSIONS))
                .clientAuth(clientAuth());
        if (!config.ciphers().isEmpty()) {
            Set<String> known =
                    Set.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
            builder.ciphers(checked("ciphers", config.ciphers(), known), IdentityCipherSuiteFilter.INSTANCE);
        }
        if (config.verifyPeer()) {
            builder.trustManager(files.authorities());
        }
        return builder.build();
    }

    // OPENSSL contexts are freed by the garbage collector, since connections may still use one that was replaced. The
    // handlers release their per-connection resources at once.
    private SslProvider provider() {
        return config.ciphers().isEmpty() && OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    }

    private Loaded load(PemFiles files) {
        try {
            return new Loaded(context(files), files.chain().get(0).getNotAfter().toInstant());
        } catch (GeneralSecurityException | SSLException | IllegalArgumentException e) {
            throw new ListenerException(key + ": the TLS settings cannot be used: " + e.getMessage(), e);
        }
    }

    private List<String> checked(String what, List<String> names, Set<String> known) {
        for (String name : names) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        what + ": \"" + name + "\" is not supported, expected some of " + new TreeSet<>(known));
            }
        }
        return names;
    }

    private ClientAuth clientAuth() {
        if (!config.verifyPeer()) {
            return ClientAuth.NONE;
        }
        return config.failIfNoPeerCert() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL;
    }
}
