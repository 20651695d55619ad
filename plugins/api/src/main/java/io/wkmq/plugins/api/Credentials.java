package io.wkmq.plugins.api;

import org.jspecify.annotations.Nullable;

/**
 * The credentials presented in a CONNECT. Immutable unless the password array is modified. {@link #toString} does not reveal
 * the password.
 */
public final class Credentials {
    /** No user name and no password. */
    public static final Credentials NONE = new Credentials(null, null);

    private final @Nullable String userName;
    private final byte @Nullable [] password;

    /**
     * Creates credentials; MQTT 5 permits each part without the other.
     *
     * @param userName the user name, or null
     * @param password the password, or null; not copied
     */
    public Credentials(@Nullable String userName, byte @Nullable [] password) {
        this.userName = userName;
        this.password = password;
    }

    /** Returns the user name, or null. */
    public @Nullable String userName() {
        return userName;
    }

    /** Returns the password, arbitrary bytes, or null. The array is shared: do not modify it, and never log it. */
    public byte @Nullable [] password() {
        return password;
    }

    @Override
    public String toString() {
        return "Credentials[userName=" + userName + ", password=" + (password == null ? "none" : "***") + "]";
    }
}
