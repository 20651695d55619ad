/** Keeps sessions and retained messages on disk in an MVStore. The only package of the module that depends on MVStore. */
@NullMarked
package io.wkmq.session.mvstore;

import org.jspecify.annotations.NullMarked;
