import pytest
from streamlit.testing.v1 import AppTest


def page(several: bool) -> None:
    import streamlit as st
    from streamlit.proto.Common_pb2 import FileURLs
    from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile, UploadedFileRec

    from explorer.ui.pictures.brought_pictures import _take, brought

    cat = UploadedFile(UploadedFileRec("1", "cat.png", "image/png", b"cat"), FileURLs())
    for came in (cat, DeletedFile("1"), None):
        st.session_state["pictures 0"] = [came] if several and came else came
        _take("pictures 0")
        st.write(f"{[each.name for each in brought()]}")


@pytest.mark.parametrize("several", [True, False])
def test_files_that_come_once_more_when_the_server_has_let_go_of_them_change_nothing(several):
    app = AppTest.from_function(page, kwargs={"several": several}, default_timeout=30).run()
    assert not app.exception
    assert [each.value for each in app.markdown] == ["['cat.png']"] * 3
