from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='job',
            name='stage',
            field=models.CharField(choices=[('split', 'taking files apart'), ('page', 'finding pages'), ('recognize', 'reading'), ('mark', 'marking'), ('report', 'writing reports'), ('archive', 'packing reports')], max_length=12),
        ),
    ]
