"""Japanese."""

from app.mail.letters import Factor, Template
from app.mail.texts.wording import Text, Wording

NOT_ME = (
    "心当たりがない場合は、すぐにパスワードを変更し、アカウントページで他のすべてのセッションを終了して、"
    "サーバーの管理者に知らせてください。"
)
GOOD_FOR = "このリンクは{% if hours %}{{ hours }}時間以内に{% endif %}一度だけ使用できます。"
NOTHING_TO_DO = "ご本人による操作であれば、何もする必要はありません。"
WORDING = Wording(
    greeting="こんにちは。",
    greeting_by_name="{{ name }} 様",
    or_copy="ボタンが機能しない場合は、次のアドレスをブラウザーに貼り付けてください。",
    at="日時",
    device="デバイス",
    address="接続元アドレス",
    browser_on_os="{{ browser }}({{ os }})",
    footer="このメールは {{ server }} から自動的に送信されました。返信は読まれません。",
    factors={
        Factor.TOTP: "認証アプリ",
        Factor.PASSKEY: "パスキー",
        Factor.BACKUP_CODES: "新しいバックアップコード(以前のコードは使用できなくなりました)",
        Factor.BACKUP_CODE: "今回使用されたバックアップコード1個",
        Factor.ALL: "すべての第2要素",
    },
    texts={
        Template.VERIFY_ADDRESS: Text(
            "{{ server }} のメールアドレスの確認",
            (
                "このメールアドレスで {{ server }} のアカウントが作成されました。"
                "ご自身のアドレスであることを確認してください。",
            ),
            "アドレスを確認する",
            (
                GOOD_FOR,
                "アカウントを作成した覚えがない場合は、このメールを無視してください。アカウントは削除されます。",
            ),
        ),
        Template.RESET_PASSWORD: Text(
            "{{ server }} の新しいパスワードの設定",
            ("{{ server }} のアカウントについて、新しいパスワードの設定が求められました。",),
            "新しいパスワードを設定する",
            (
                GOOD_FOR,
                "心当たりがない場合は、このメールを無視してください。パスワードは変わりません。",
            ),
        ),
        Template.INVITATION: Text(
            "{{ server }} への招待",
            (
                "{% if inviter %}{{ inviter }} さんから {{ server }} に招待されました。"
                "{% else %}{{ server }} に招待されました。{% endif %}",
            ),
            "招待を受ける",
            (
                "{% if days %}この招待は{{ days }}日間有効です。{% endif %}"
                "心当たりがない場合は、このメールを無視してください。",
            ),
        ),
        Template.ADDRESS_CHANGED: Text(
            "{{ server }} のメールアドレスが変更されました",
            (
                "{{ server }} のアカウントのメールアドレスが"
                "{% if new_address %} {{ new_address }} に{% endif %}変更されました。"
                "このアドレスへのメールはこれが最後です。",
            ),
            after=(NOT_ME,),
        ),
        Template.CONFIRM_NEW_ADDRESS: Text(
            "{{ server }} の新しいメールアドレスの確認",
            (
                "このアドレスが {{ server }} のアカウントの新しいメールアドレスとして指定されました。"
                "ご自身のアドレスであることを確認してください。",
            ),
            "アドレスを確認する",
            (
                GOOD_FOR,
                "心当たりがない場合は、このメールを無視してください。何も変更されません。",
            ),
        ),
        Template.NEW_DEVICE: Text(
            "{{ server }} への新しいサインイン",
            ("{{ server }} のアカウントに、これまでに使われていないデバイスからサインインがありました。",),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.PASSWORD_CHANGED: Text(
            "{{ server }} のパスワードが変更されました",
            ("{{ server }} のアカウントのパスワードが変更されました。",),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.FACTOR_ADDED: Text(
            "{{ server }} に第2要素が追加されました",
            ("{{ server }} のアカウントに次のものが追加されました:{{ factor }}",),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.FACTOR_REMOVED: Text(
            "{{ server }} の第2要素が削除されました",
            (
                "{{ server }} のアカウントで次のものが使用できなくなりました:{{ factor }}"
                "{% if left %}。残りのバックアップコード:{{ left }}個{% endif %}",
            ),
            after=(NOTHING_TO_DO, NOT_ME),
        ),
        Template.ACCOUNT_LOCKED: Text(
            "{{ server }} のアカウントがロックされました",
            (
                "サインインの失敗が続いたため、{{ server }} のアカウントがロックされました。"
                "ロックはサーバーの管理者が解除できます。",
            ),
            after=(
                "サインインを試みた覚えがない場合は、パスワードが推測されようとしているおそれがあります。"
                "長いパスワードをお使いください。",
            ),
        ),
        Template.REGISTERED_ALREADY: Text(
            "{{ server }} のアカウントはすでにあります",
            (
                "このメールアドレスで {{ server }} に登録しようとする操作がありましたが、このアドレスの"
                "アカウントはすでにあります。ご本人であれば、サインインするか、新しいパスワードの設定を申し込んでください。",
            ),
            "{{ server }} を開く",
            ("心当たりがない場合は、何もする必要はありません。何も変更されていません。",),
        ),
        Template.TEST: Text(
            "{{ server }} からのテストメール",
            ("このメールは、{{ server }} からメールを送信できるかどうかの確認用です。送信できています。",),
        ),
    },
)
